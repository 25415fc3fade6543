using System.Runtime.CompilerServices;
using RlKit.Tensors.Engines;

namespace RlKit.Tensors;

// Element-wise functions; those of two tensors broadcast by PyTorch's rule.
public readonly partial struct Tensor
{
    /// <summary>max(x, 0).</summary>
    public Tensor Relu() => Unary(UnaryOperation.Relu);

    /// <summary>The hyperbolic tangent.</summary>
    public Tensor Tanh() => Unary(UnaryOperation.Tanh);

    /// <summary>1 / (1 + exp(-x)).</summary>
    public Tensor Sigmoid() => Unary(UnaryOperation.Sigmoid);

    /// <summary>x sigmoid(x), also known as swish.</summary>
    public Tensor Silu() => Unary(UnaryOperation.Silu);

    /// <summary>e to the x.</summary>
    public Tensor Exp() => Unary(UnaryOperation.Exp);

    /// <summary>The natural logarithm.</summary>
    public Tensor Log() => Unary(UnaryOperation.Log);

    /// <summary>log(1 + x), exact near 0.</summary>
    public Tensor Log1P() => Unary(UnaryOperation.Log1P);

    /// <summary>exp(x) - 1, exact near 0.</summary>
    public Tensor ExpM1() => Unary(UnaryOperation.ExpM1);

    /// <summary>The square root.</summary>
    public Tensor Sqrt() => Unary(UnaryOperation.Sqrt);

    /// <summary>1 / sqrt(x).</summary>
    public Tensor ReciprocalSqrt() => Unary(UnaryOperation.ReciprocalSqrt);

    /// <summary>1 / x.</summary>
    public Tensor Reciprocal() => Unary(UnaryOperation.Reciprocal);

    /// <summary>The absolute value; its derivative at 0 is 0.</summary>
    public Tensor Abs() => Unary(UnaryOperation.Abs);

    /// <summary>x times x.</summary>
    public Tensor Square() => Unary(UnaryOperation.Square);

    /// <summary>The sine.</summary>
    public Tensor Sin() => Unary(UnaryOperation.Sin);

    /// <summary>The cosine.</summary>
    public Tensor Cos() => Unary(UnaryOperation.Cos);

    /// <summary>The error function.</summary>
    public Tensor Erf() => Unary(UnaryOperation.Erf);

    /// <summary>-1, 0 or 1; no gradient.</summary>
    public Tensor Sign() => Unary(UnaryOperation.Sign);

    /// <summary>The largest whole number not above x; no gradient.</summary>
    public Tensor Floor() => Unary(UnaryOperation.Floor);

    /// <summary>The smallest whole number not below x; no gradient.</summary>
    public Tensor Ceiling() => Unary(UnaryOperation.Ceiling);

    /// <summary>x above 0, else <paramref name="negativeSlope"/> x.</summary>
    public Tensor LeakyRelu(float negativeSlope = 0.01f) => Unary(UnaryOperation.LeakyRelu, negativeSlope);

    /// <summary>x above 0, else <paramref name="alpha"/> (exp(x) - 1).</summary>
    public Tensor Elu(float alpha = 1) => Unary(UnaryOperation.Elu, alpha);

    /// <summary>x Φ(x), Φ being the normal distribution function; or, on request, its approximation by tanh.</summary>
    public Tensor Gelu(bool tanhApproximation = false) => Unary(tanhApproximation ? UnaryOperation.GeluTanh : UnaryOperation.Gelu);

    /// <summary>log(1 + exp(beta x)) / beta, and x itself where beta x is above the threshold.</summary>
    /// <exception cref="ArgumentOutOfRangeException">beta is not positive.</exception>
    public Tensor Softplus(float beta = 1, float threshold = 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        return Unary(UnaryOperation.Softplus, beta, threshold);
    }

    /// <summary>An activation by its name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such activation.</exception>
    public Tensor Activate(Activation activation) => activation switch
    {
        Activation.None => this,
        Activation.Relu => Relu(),
        Activation.Tanh => Tanh(),
        Activation.Sigmoid => Sigmoid(),
        Activation.Elu => Elu(),
        Activation.Gelu => Gelu(),
        Activation.Silu => Silu(),
        Activation.Softplus => Softplus(),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "There is no such activation."),
    };

    /// <summary>x to a power.</summary>
    public Tensor Pow(float exponent) => Unary(UnaryOperation.Pow, exponent);

    /// <summary>x limited to min..max; the gradient is 0 outside, 1 inside and at the limits.</summary>
    /// <exception cref="ArgumentException">min is above max.</exception>
    public Tensor Clamp(float min = float.NegativeInfinity, float max = float.PositiveInfinity)
    {
        if (!(min <= max)) throw new ArgumentException($"Clamp: min {min} is above max {max}.", nameof(min));
        return Unary(UnaryOperation.Clamp, min, max);
    }

    /// <summary>The larger of two elements; where equal, each gets half the gradient.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Maximum(Tensor a, Tensor b) => Binary(BinaryOperation.Maximum, a, b);

    /// <summary>The smaller of two elements; where equal, each gets half the gradient.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Minimum(Tensor a, Tensor b) => Binary(BinaryOperation.Minimum, a, b);

    /// <summary>1 where this is above the other, else 0; no gradient.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Tensor Greater(Tensor other) => Binary(BinaryOperation.Greater, this, other);

    /// <summary>1 where this is at least the other, else 0; no gradient.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Tensor GreaterOrEqual(Tensor other) => Binary(BinaryOperation.GreaterOrEqual, this, other);

    /// <summary>1 where the two are equal, else 0; no gradient.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Tensor EqualTo(Tensor other) => Binary(BinaryOperation.Equal, this, other);

    /// <summary>a where the condition is not zero, else b.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Where(Tensor condition, Tensor a, Tensor b)
    {
        TensorNode c = condition.Node, x = a.Node, y = b.Node;
        Common(x, y);
        Engine engine = Common(x, c);
        if (!Shape.TryBroadcast(x.Shape, y.Shape, out Shape shape)) ThrowShapes(nameof(Where), x.Shape, y.Shape, "do not broadcast");
        if (!Shape.TryBroadcast(c.Shape, shape, out Shape all)) ThrowShapes(nameof(Where), c.Shape, shape, "do not broadcast");
        return new Tensor(engine.Where(c, x, y, all));
    }

    /// <summary>A value where the mask is not zero, this tensor elsewhere.</summary>
    /// <exception cref="ArgumentException">The mask does not broadcast to this tensor's shape.</exception>
    public Tensor MaskedFill(Tensor mask, float value) => Where(mask, Scalar(value, Device), this);

    /// <summary>In training, sets each element to 0 with a probability and multiplies the others by 1 / (1 - probability).</summary>
    /// <param name="probability">The probability of 0, in 0..1 (1 excluded).</param>
    /// <param name="generator">What draws.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside 0..1.</exception>
    public Tensor Dropout(float probability, Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        if (!(probability >= 0 && probability < 1)) throw new ArgumentOutOfRangeException(nameof(probability), probability, "A dropout probability is at least 0 and less than 1.");
        Tensor mask = Zeros(Shape, Device.Cpu);
        Span<float> values = mask.Span;
        generator.FillUniform(values);
        float kept = 1 / (1 - probability);
        for (int i = 0; i < values.Length; i++) values[i] = values[i] < probability ? 0 : kept;
        return this * mask.To(Device);
    }

    /// <summary>The sum of two tensors.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor operator +(Tensor a, Tensor b) => Binary(BinaryOperation.Add, a, b, "Add");

    /// <summary>The difference of two tensors.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor operator -(Tensor a, Tensor b) => Binary(BinaryOperation.Subtract, a, b, "Subtract");

    /// <summary>The element-wise product of two tensors.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor operator *(Tensor a, Tensor b) => Binary(BinaryOperation.Multiply, a, b, "Multiply");

    /// <summary>The element-wise quotient of two tensors.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor operator /(Tensor a, Tensor b) => Binary(BinaryOperation.Divide, a, b, "Divide");

    /// <summary>A number added to each element.</summary>
    public static Tensor operator +(Tensor a, float b) => a.Unary(UnaryOperation.Affine, 1, b);

    /// <summary>A number added to each element.</summary>
    public static Tensor operator +(float a, Tensor b) => b.Unary(UnaryOperation.Affine, 1, a);

    /// <summary>A number subtracted from each element.</summary>
    public static Tensor operator -(Tensor a, float b) => a.Unary(UnaryOperation.Affine, 1, -b);

    /// <summary>Each element subtracted from a number.</summary>
    public static Tensor operator -(float a, Tensor b) => b.Unary(UnaryOperation.Affine, -1, a);

    /// <summary>Each element times a number.</summary>
    public static Tensor operator *(Tensor a, float b) => a.Unary(UnaryOperation.Affine, b);

    /// <summary>Each element times a number.</summary>
    public static Tensor operator *(float a, Tensor b) => b.Unary(UnaryOperation.Affine, a);

    /// <summary>Each element divided by a number.</summary>
    public static Tensor operator /(Tensor a, float b) => a / Scalar(b, a.Device);

    /// <summary>A number divided by each element.</summary>
    public static Tensor operator /(float a, Tensor b) => b.Reciprocal().Unary(UnaryOperation.Affine, a);

    /// <summary>Each element with the other sign.</summary>
    public static Tensor operator -(Tensor a) => a.Unary(UnaryOperation.Affine, -1);

    private Tensor Unary(UnaryOperation operation, float p = 0, float q = 0)
    {
        TensorNode x = Node;
        return new Tensor(x.Device.Engine.Unary(operation, x, p, q));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Tensor Binary(BinaryOperation operation, Tensor a, Tensor b, [CallerMemberName] string name = "")
    {
        TensorNode x = a.Node, y = b.Node;
        Engine engine = Common(x, y, name);
        if (x.Shape == y.Shape) return new Tensor(engine.Binary(operation, x, y, x.Shape));
        if (!Shape.TryBroadcast(x.Shape, y.Shape, out Shape shape)) ThrowShapes(name, x.Shape, y.Shape, "do not broadcast");
        return new Tensor(engine.Binary(operation, x, y, shape));
    }
}
