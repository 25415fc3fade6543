using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using RlKit.Tensors.Kernels;

namespace RlKit.Tensors.Engines.Managed;

internal sealed partial class ManagedEngine
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override TensorNode Unary(UnaryOperation operation, TensorNode source, float p, float q)
    {
        TensorContext context = TensorContext.Current;
        ManagedNode x = As(source), y = context.Rent(x.Shape);
        Apply(operation, x.Span, y.Span, p, q);
        Finish(context, y, Operation.Unary, (byte)operation, x);
        y.F0 = p;
        y.F1 = q;
        return y;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Apply(UnaryOperation operation, ReadOnlySpan<float> x, Span<float> y, float p, float q)
    {
        switch (operation)
        {
            case UnaryOperation.Affine: Elementwise.Apply(new Affine(p, q), x, y); break;
            case UnaryOperation.Relu: Elementwise.Apply(new Relu(), x, y); break;
            case UnaryOperation.LeakyRelu: Elementwise.Apply(new LeakyRelu(p), x, y); break;
            case UnaryOperation.Tanh: Elementwise.Apply(new Tanh(), x, y); break;
            case UnaryOperation.Sigmoid: Elementwise.Apply(new Sigmoid(), x, y); break;
            case UnaryOperation.Elu: Elementwise.Apply(new Elu(p), x, y); break;
            case UnaryOperation.Silu: Elementwise.Apply(new Silu(), x, y); break;
            case UnaryOperation.Softplus: Elementwise.Apply(new Softplus(p, q), x, y); break;
            case UnaryOperation.Exp: Elementwise.Apply(new Exp(), x, y); break;
            case UnaryOperation.Log: Elementwise.Apply(new Log(), x, y); break;
            case UnaryOperation.Sqrt: Elementwise.Apply(new Sqrt(), x, y); break;
            case UnaryOperation.Square: Elementwise.Apply(new Square(), x, y); break;
            case UnaryOperation.ReciprocalSqrt: TensorPrimitives.ReciprocalSqrt(x, y); break;
            case UnaryOperation.Reciprocal: TensorPrimitives.Divide(1f, x, y); break;
            case UnaryOperation.Abs: TensorPrimitives.Abs(x, y); break;
            case UnaryOperation.Pow: TensorPrimitives.Pow(x, p, y); break;
            case UnaryOperation.Clamp: TensorPrimitives.Clamp(x, p, q, y); break;
            case UnaryOperation.Sin: TensorPrimitives.Sin(x, y); break;
            case UnaryOperation.Cos: TensorPrimitives.Cos(x, y); break;
            case UnaryOperation.Floor: TensorPrimitives.Floor(x, y); break;
            case UnaryOperation.Ceiling: TensorPrimitives.Ceiling(x, y); break;
            case UnaryOperation.Log1P: for (int i = 0; i < y.Length; i++) y[i] = (float)Log1P(x[i]); break;
            case UnaryOperation.ExpM1: for (int i = 0; i < y.Length; i++) y[i] = (float)ExpM1(x[i]); break;
            case UnaryOperation.Erf: Elementwise.Apply(new Erf(), x, y); break;
            case UnaryOperation.Gelu: Elementwise.Apply(new Gelu(), x, y); break;
            case UnaryOperation.GeluTanh: Elementwise.Apply(new GeluTanh(), x, y); break;
            case UnaryOperation.Sign: for (int i = 0; i < y.Length; i++) y[i] = x[i] > 0 ? 1 : x[i] < 0 ? -1 : 0; break;
            default: throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not an operation of one tensor.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void UnaryBackward(TensorContext context, ManagedNode y)
    {
        ManagedNode input = y.Input0!;
        if (!Wants(context, y, 1, input)) return;
        float p = y.F0, q = y.F1;
        var operation = (UnaryOperation)y.Kind;
        if (operation == UnaryOperation.Affine && p == 1)
        {
            PassOn(context, y, input);
            return;
        }

        Span<float> dx = GradientOf(context, input, out bool add);
        ReadOnlySpan<float> x = input.Span, z = y.Span, dy = y.GradientSpan;
        switch (operation)
        {
            case UnaryOperation.Affine:
                Elementwise.Apply(new ScaledSecond(p), dy, dy, dx, add);
                break;
            case UnaryOperation.Relu: Elementwise.Apply(new ReluGradient(), z, dy, dx, add); break;
            case UnaryOperation.LeakyRelu: Elementwise.Apply(new LeakyReluGradient(p), x, dy, dx, add); break;
            case UnaryOperation.Tanh: Elementwise.Apply(new TanhGradient(), z, dy, dx, add); break;
            case UnaryOperation.Sigmoid: Elementwise.Apply(new SigmoidGradient(), z, dy, dx, add); break;
            case UnaryOperation.Elu: Elementwise.Apply(new EluGradient(p), z, dy, dx, add); break;
            case UnaryOperation.Silu: Elementwise.Apply(new SiluGradient(), x, dy, dx, add); break;
            case UnaryOperation.Softplus: Elementwise.Apply(new SoftplusGradient(p, q), x, dy, dx, add); break;
            case UnaryOperation.Gelu: Elementwise.Apply(new GeluGradient(), x, dy, dx, add); break;
            case UnaryOperation.GeluTanh: Elementwise.Apply(new GeluTanhGradient(), x, dy, dx, add); break;
            case UnaryOperation.Erf: Elementwise.Apply(new ErfGradient(), x, dy, dx, add); break;
            case UnaryOperation.Exp: Elementwise.Apply(new Multiply(), z, dy, dx, add); break;
            case UnaryOperation.Log: Elementwise.Apply(new LogGradient(), x, dy, dx, add); break;
            case UnaryOperation.Sqrt: Elementwise.Apply(new SqrtGradient(), z, dy, dx, add); break;
            case UnaryOperation.Square: Elementwise.Apply(new SquareGradient(), x, dy, dx, add); break;
            case UnaryOperation.Clamp: Elementwise.Apply(new ClampGradient(p, q), x, dy, dx, add); break;
            case UnaryOperation.Sign or UnaryOperation.Floor or UnaryOperation.Ceiling:
                if (!add) dx.Clear();
                break;
            default:
                for (int i = 0; i < dx.Length; i++)
                {
                    float value = dy[i] * Derivative(operation, x[i], z[i], p);
                    dx[i] = add ? dx[i] + value : value;
                }

                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Derivative(UnaryOperation operation, float x, float y, float p) => operation switch
    {
        UnaryOperation.Log1P => 1 / (1 + x),
        UnaryOperation.ExpM1 => y + 1,
        UnaryOperation.ReciprocalSqrt => -0.5f * y * y * y,
        UnaryOperation.Reciprocal => -y * y,
        UnaryOperation.Abs => x > 0 ? 1 : x < 0 ? -1 : 0,
        UnaryOperation.Pow => p == 0 ? 0 : p * MathF.Pow(x, p - 1),
        UnaryOperation.Sin => MathF.Cos(x),
        UnaryOperation.Cos => -MathF.Sin(x),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not an operation with a derivative."),
    };

    // .NET's double.LogP1 is Log(1 + x).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Log1P(double x) => Math.Abs(x) < 1e-5 ? x - 0.5 * x * x : Math.Log(1 + x);

    // .NET's double.ExpM1 is Exp(x) - 1; in double the difference matters only near 0.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double ExpM1(double x) => Math.Abs(x) < 1e-5 ? x + 0.5 * x * x : Math.Exp(x) - 1;
}
