// Declarations of the members of TorchSharp that the engine uses, as versions 0.105 and 0.106 both have them.
using TorchSharp.Modules;

namespace TorchSharp
{
    public enum DeviceType
    {
        CPU = 0,
        CUDA = 1,
        MPS = 13,
    }

    public sealed class Scalar : IDisposable
    {
        public void Dispose() => throw null!;
    }

    public sealed class DisposeScope : IDisposable
    {
        public void Dispose() => throw null!;
    }

    public static class ScalarExtensionMethods
    {
        public static Scalar ToScalar(this float value) => throw null!;

        public static Scalar ToScalar(this double value) => throw null!;
    }

    public static class ModuleExtensionMethods
    {
        public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false)
            where T : torch.nn.Module => throw null!;
    }

    namespace Modules
    {
        public class Parameter : torch.Tensor
        {
        }
    }

    public static partial class torch
    {
        public static readonly Device CPU = null!;

        public enum ScalarType : sbyte
        {
            Byte = 0,
            Int64 = 4,
            Float32 = 6,
            Bool = 11,
        }

        public enum RoundingMode
        {
            None,
        }

        public class Device
        {
            public DeviceType type => throw null!;

            public int index => throw null!;
        }

        public static Device device(DeviceType deviceType, int index = -1) => throw null!;

        public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => throw null!;

        public static Tensor cat(IList<Tensor> tensors, long dim = 0) => throw null!;

        public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => throw null!;

        public static IDisposable no_grad() => throw null!;

        public static DisposeScope NewDisposeScope() => throw null!;

        public static Tensor get_rng_state() => throw null!;

        public static void set_rng_state(Tensor new_state) => throw null!;

        public static void set_num_threads(int num) => throw null!;

        public static int get_num_threads() => throw null!;

        public static class cuda
        {
            public static bool is_available() => throw null!;

            public static int device_count() => throw null!;
        }

        public static class autograd
        {
            public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false) => throw null!;
        }

        public static class nn
        {
            public enum Reduction : long
            {
                None = 0,
                Mean = 1,
                Sum = 2,
            }

            public class Module : IDisposable
            {
                public void Dispose() => throw null!;

                public virtual void train(bool train = true) => throw null!;

                public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true) => throw null!;

                public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true) => throw null!;
            }

            public abstract class Module<T, TResult> : Module
            {
                public TResult call(T input) => throw null!;
            }

            public static class functional
            {
                public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => throw null!;

                public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) => throw null!;

                public static Tensor max_pool2d(Tensor input, long kernel_size, long? stride = null, long? padding = null, long? dilation = null, bool ceil_mode = false) => throw null!;

                public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) => throw null!;

                public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => throw null!;

                public static Tensor log_softmax(Tensor x, long dim) => throw null!;

                public static Tensor one_hot(Tensor x, long num_classes = -1) => throw null!;

                public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => throw null!;

                public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => throw null!;

                public static Tensor huber_loss(Tensor input, Tensor target, double delta = 1.0, Reduction reduction = Reduction.Mean) => throw null!;

                public static Tensor smooth_l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean, double beta = 1.0) => throw null!;

                public static Tensor binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) => throw null!;

                public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0.0) => throw null!;
            }
        }

        public class Tensor : IDisposable
        {
            public bool IsInvalid => throw null!;

            public ScalarType dtype => throw null!;

            public long[] shape => throw null!;

            public Span<byte> bytes => throw null!;

            public Tensor? grad
            {
                get => throw null!;
                set => throw null!;
            }

            public bool requires_grad
            {
                get => throw null!;
                set => throw null!;
            }

            public void Dispose() => throw null!;

            public Tensor DetachFromDisposeScope() => throw null!;

            public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) => throw null!;

            public void retain_grad() => throw null!;

            public bool is_contiguous() => throw null!;

            public Tensor contiguous() => throw null!;

            public Tensor alias() => throw null!;

            public Tensor clone() => throw null!;

            public Tensor detach() => throw null!;

            public Tensor cpu() => throw null!;

            public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => throw null!;

            public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => throw null!;

            public Tensor set_(Tensor source) => throw null!;

            public Tensor copy_(Tensor source, bool nonBlocking = false) => throw null!;

            public Tensor fill_(Scalar value) => throw null!;

            public Tensor reshape(params long[] shape) => throw null!;

            public Tensor unsqueeze(long dim) => throw null!;

            public Tensor narrow(long dim, long start, long length) => throw null!;

            public Tensor permute(params long[] permutation) => throw null!;

            public Tensor transpose(long dim0, long dim1) => throw null!;

            public Tensor expand(params long[] sizes) => throw null!;

            public Tensor where(Tensor condition, Tensor y) => throw null!;

            public Tensor gather(long dim, Tensor index) => throw null!;

            public Tensor index_select(long dim, Tensor index) => throw null!;

            public Tensor scatter_add(long dim, Tensor index, Tensor src) => throw null!;

            public Tensor matmul(Tensor target) => throw null!;

            public Tensor add(Tensor target, Scalar alpha) => throw null!;

            public Tensor add(Scalar scalar, Scalar alpha) => throw null!;

            public Tensor add_(Tensor target, Scalar alpha) => throw null!;

            public Tensor add_(Scalar scalar, Scalar alpha) => throw null!;

            public Tensor sub(Tensor target) => throw null!;

            public Tensor mul(Tensor target) => throw null!;

            public Tensor mul(Scalar target) => throw null!;

            public Tensor mul_(Scalar target) => throw null!;

            public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => throw null!;

            public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => throw null!;

            public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => throw null!;

            public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => throw null!;

            public Tensor maximum(Tensor other) => throw null!;

            public Tensor minimum(Tensor other) => throw null!;

            public Tensor gt(Tensor target) => throw null!;

            public Tensor gt(Scalar target) => throw null!;

            public Tensor ge(Tensor target) => throw null!;

            public Tensor eq(Tensor target) => throw null!;

            public Tensor clamp(Scalar? min = null, Scalar? max = null) => throw null!;

            public Tensor clamp_(Scalar? min = null, Scalar? max = null) => throw null!;

            public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => throw null!;

            public Tensor mean() => throw null!;

            public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => throw null!;

            public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => throw null!;

            public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) => throw null!;

            public Tensor argmax(long dim, bool keepdim = false) => throw null!;

            public Tensor argmin(long dim, bool keepdim = false) => throw null!;

            public Tensor cumsum(long dim, ScalarType? type = null) => throw null!;

            public Tensor norm(float p = 2.0f) => throw null!;

            public Tensor abs() => throw null!;

            public Tensor ceil() => throw null!;

            public Tensor cos() => throw null!;

            public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => throw null!;

            public Tensor erf() => throw null!;

            public Tensor exp() => throw null!;

            public Tensor expm1() => throw null!;

            public Tensor floor() => throw null!;

            public Tensor gelu() => throw null!;

            public Tensor leaky_relu(Scalar negative_slope) => throw null!;

            public Tensor log() => throw null!;

            public Tensor log1p() => throw null!;

            public Tensor log_sigmoid() => throw null!;

            public Tensor neg() => throw null!;

            public Tensor pow(Scalar exponent) => throw null!;

            public Tensor reciprocal() => throw null!;

            public Tensor relu() => throw null!;

            public Tensor relu_() => throw null!;

            public Tensor rsqrt() => throw null!;

            public Tensor sigmoid() => throw null!;

            public Tensor sigmoid_() => throw null!;

            public Tensor sign() => throw null!;

            public Tensor silu() => throw null!;

            public Tensor sin() => throw null!;

            public Tensor sqrt() => throw null!;

            public Tensor sqrt_() => throw null!;

            public Tensor tanh() => throw null!;

            public Tensor tanh_() => throw null!;
        }
    }
}
