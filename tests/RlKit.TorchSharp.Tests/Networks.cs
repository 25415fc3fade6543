using TorchSharp;
using TorchSharp.Modules;

namespace RlKit.Tests.Torch;

/// <summary>Networks as a user of TorchSharp writes them.</summary>
internal static class Networks
{
    public static torch.nn.Module<torch.Tensor, torch.Tensor> Mlp(long inputs, long outputs, long seed = 1)
    {
        torch.manual_seed(seed);
        return torch.nn.Sequential(torch.nn.Linear(inputs, 32), torch.nn.ReLU(), torch.nn.Linear(32, outputs));
    }

    public static torch.nn.Module<torch.Tensor, torch.Tensor> WithDropout(long inputs, long outputs, long seed = 1)
    {
        torch.manual_seed(seed);
        return new Dropped(inputs, outputs);
    }

    private sealed class Dropped : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly Linear first;
        private readonly BatchNorm1d norm;
        private readonly Dropout dropout = torch.nn.Dropout(0.2);
        private readonly Linear second;

        public Dropped(long inputs, long outputs) : base("dropped")
        {
            first = torch.nn.Linear(inputs, 16);
            norm = torch.nn.BatchNorm1d(16);
            second = torch.nn.Linear(16, outputs);
            RegisterComponents();
        }

        public override torch.Tensor forward(torch.Tensor input) => second.call(dropout.call(torch.nn.functional.relu(norm.call(first.call(input)))));
    }
}
