using TorchSharp;

namespace RlKit.Tensors.Engines;

internal sealed partial class TorchEngine
{
    private const float GeluScale = 0.7978845608f, GeluCube = 0.044715f; // sqrt(2 / pi), and the factor of the approximation by tanh

    public override TensorNode Unary(UnaryOperation operation, TensorNode x, float p, float q) =>
        Result(Apply(operation, In(x), p, q), x.Shape, x, operation: NameOf(operation));

    public override TensorNode Binary(BinaryOperation operation, TensorNode a, TensorNode b, in Shape shape) => operation >= BinaryOperation.Greater
        ? TorchNode.Make(a.Device, Compare(operation, As(a), As(b)), shape)
        : Result(Apply(operation, In(a), In(b)), shape, a, b, operation: NameOf(operation));

    public override TensorNode Where(TensorNode condition, TensorNode a, TensorNode b, in Shape shape)
    {
        using torch.Tensor chosen = In(condition).to_type(torch.ScalarType.Bool);
        return Result(In(a).where(chosen, In(b)), shape, a, b);
    }

    private torch.Tensor Apply(UnaryOperation operation, torch.Tensor x, float p, float q) => operation switch
    {
        UnaryOperation.Affine => Affine(x, p, q),
        UnaryOperation.Relu => x.relu(),
        UnaryOperation.LeakyRelu => With(p, x, static (x, p) => x.leaky_relu(p)),
        UnaryOperation.Tanh => x.tanh(),
        UnaryOperation.Sigmoid => x.sigmoid(),
        UnaryOperation.Elu => Elu(x, p),
        UnaryOperation.Gelu => x.gelu(),
        UnaryOperation.GeluTanh => GeluTanh(x),
        UnaryOperation.Silu => x.silu(),
        UnaryOperation.Softplus => Softplus(x, p, q),
        UnaryOperation.Exp => x.exp(),
        UnaryOperation.Log => x.log(),
        UnaryOperation.Log1P => x.log1p(),
        UnaryOperation.ExpM1 => x.expm1(),
        UnaryOperation.Sqrt => x.sqrt(),
        UnaryOperation.ReciprocalSqrt => x.rsqrt(),
        UnaryOperation.Reciprocal => x.reciprocal(),
        UnaryOperation.Abs => x.abs(),
        UnaryOperation.Square => x.mul(x),
        UnaryOperation.Pow => With(p, x, static (x, p) => x.pow(p)),
        UnaryOperation.Clamp => Clamp(x, p, q),
        UnaryOperation.Sin => x.sin(),
        UnaryOperation.Cos => x.cos(),
        UnaryOperation.Erf => x.erf(),
        UnaryOperation.Sign => x.sign(),
        UnaryOperation.Floor => x.floor(),
        UnaryOperation.Ceiling => x.ceil(),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not an operation of one tensor."),
    };

    private torch.Tensor Apply(BinaryOperation operation, torch.Tensor a, torch.Tensor b) => operation switch
    {
        BinaryOperation.Add => a.add(b, _one),
        BinaryOperation.Subtract => a.sub(b),
        BinaryOperation.Multiply => a.mul(b),
        BinaryOperation.Divide => a.div(b),
        BinaryOperation.Maximum => a.maximum(b),
        BinaryOperation.Minimum => a.minimum(b),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not an operation of two tensors."),
    };

    private static torch.Tensor Compare(BinaryOperation operation, TorchNode a, TorchNode b)
    {
        using torch.Tensor holds = operation switch
        {
            BinaryOperation.Greater => a.Value.gt(b.Value),
            BinaryOperation.GreaterOrEqual => a.Value.ge(b.Value),
            BinaryOperation.Equal => a.Value.eq(b.Value),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not a comparison."),
        };
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return holds.to_type(torch.ScalarType.Float32);
    }

    private static torch.Tensor With(float p, torch.Tensor x, Func<torch.Tensor, Scalar, torch.Tensor> operation)
    {
        using Scalar scalar = p.ToScalar();
        return operation(x, scalar);
    }

    private torch.Tensor Affine(torch.Tensor x, float p, float q)
    {
        if (p == -1 && q == 0) return x.neg();
        using Scalar factor = p.ToScalar();
        if (q == 0) return x.mul(factor);
        using Scalar term = q.ToScalar();
        return p == 1 ? x.add(term, _one) : x.mul(factor).add_(term, _one);
    }

    private torch.Tensor Elu(torch.Tensor x, float alpha)
    {
        using Scalar scalar = alpha.ToScalar();
        return x.elu(scalar, _one, _one);
    }

    private static torch.Tensor Clamp(torch.Tensor x, float min, float max)
    {
        using Scalar low = min.ToScalar(), high = max.ToScalar();
        return x.clamp(low, high);
    }

    // log(1 + exp(p x)) / p is -logsigmoid(-p x) / p.
    private static torch.Tensor Softplus(torch.Tensor x, float p, float q)
    {
        using Scalar minus = (-p).ToScalar(), inverse = (-1 / p).ToScalar(), threshold = (q / p).ToScalar();
        using torch.Tensor scaled = x.mul(minus);
        using torch.Tensor logarithm = scaled.log_sigmoid();
        using torch.Tensor smooth = logarithm.mul(inverse);
        using torch.Tensor above = x.gt(threshold);
        return x.where(above, smooth);
    }

    private torch.Tensor GeluTanh(torch.Tensor x)
    {
        using Scalar half = 0.5f.ToScalar(), scale = GeluScale.ToScalar(), cubic = (GeluScale * GeluCube).ToScalar(), three = 3f.ToScalar();
        using torch.Tensor cube = x.pow(three), linear = x.mul(scale), scaled = cube.mul(cubic), inner = linear.add(scaled, _one), tanh = inner.tanh(), sum = tanh.add(_one, _one), halved = x.mul(half);
        return halved.mul(sum);
    }
}
