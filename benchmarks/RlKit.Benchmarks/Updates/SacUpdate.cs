using RlKit.Tensors;

namespace RlKit.Benchmarks;

/// <summary>A SAC update on Pendulum: batch 256; two critics and an actor of 256x256; critics, actor, temperature, target networks.</summary>
internal sealed class SacUpdate : IUpdate
{
    private const int Batch = 256;

    private readonly Generator _generator = new(1);
    private readonly Critics _critics, _targets;
    private readonly Actor _actor;
    private readonly Temperature _temperature = new();
    private readonly Adam _criticOptimiser, _actorOptimiser, _temperatureOptimiser;
    private readonly Tensor _scale = Tensor.From([2f]), _offset = Tensor.From([0f]);
    private readonly float[] _observations = new float[Batch * 3], _next = new float[Batch * 3], _actions = new float[Batch], _rewards = new float[Batch], _continues = new float[Batch];

    public SacUpdate()
    {
        _critics = new Critics(_generator);
        _targets = new Critics(_generator);
        _actor = new Actor(_generator);
        _criticOptimiser = new Adam(_critics.Parameters, learningRate: 1e-3);
        _actorOptimiser = new Adam(_actor.Parameters, learningRate: 3e-4);
        _temperatureOptimiser = new Adam(_temperature.Parameters, learningRate: 1e-3);
        _targets.CopyFrom(_critics);
        _generator.FillNormal(_observations);
        _generator.FillNormal(_next);
        _generator.FillUniform(_actions, -2, 2);
        _generator.FillNormal(_rewards);
        Array.Fill(_continues, 0.99f);
    }

    // Multiply-adds per sample: an actor's forward pass 3·256 + 256² + 256·2, a critic's 4·256 + 256² + 256. Forward: actor twice, critics six times. Gradients of weights: critics twice,
    // actor once; of inputs: critics twice without and twice with the first layer, actor once without it.
    public double Flops
    {
        get
        {
            const double Square = 256 * 256, ActorPass = 3 * 256 + Square + 256 * 2, CriticPass = 4 * 256 + Square + 256;
            return 2 * Batch * (2 * ActorPass + 6 * CriticPass + 2 * CriticPass + ActorPass + 2 * (CriticPass - 4 * 256) + 2 * CriticPass + (ActorPass - 3 * 256));
        }
    }

    public void Run()
    {
        using var scope = new TensorScope();
        Tensor observations = Tensor.From(_observations, [Batch, 3]), target;
        float alpha = MathF.Exp(_temperature.Log.Item());
        using (Autograd.NoGrad())
        {
            Tensor next = Tensor.From(_next, [Batch, 3]);
            (Tensor nextAction, Tensor nextLogProb) = _actor.Forward(next, _scale, _offset).Sample(_generator);
            Tensor input = Tensor.Concat(1, next, nextAction);
            Tensor value = Tensor.Minimum(_targets.First.Forward(input), _targets.Second.Forward(input)).Squeeze(1) - alpha * nextLogProb;
            target = (Tensor.From(_rewards) + Tensor.From(_continues) * value).Unsqueeze(1);
        }

        Tensor taken = Tensor.Concat(1, observations, Tensor.From(_actions, [Batch, 1]));
        _criticOptimiser.ZeroGradients();
        (Loss.MeanSquaredError(_critics.First.Forward(taken), target) + Loss.MeanSquaredError(_critics.Second.Forward(taken), target)).Backward();
        _criticOptimiser.Step();

        Tensor logProb;
        using (_critics.Parameters.Freeze())
        {
            (Tensor action, logProb) = _actor.Forward(observations, _scale, _offset).Sample(_generator);
            Tensor input = Tensor.Concat(1, observations, action);
            Tensor value = Tensor.Minimum(_critics.First.Forward(input), _critics.Second.Forward(input)).Squeeze(1);
            _actorOptimiser.ZeroGradients();
            (alpha * logProb - value).Mean().Backward();
            _actorOptimiser.Step();
        }

        _temperatureOptimiser.ZeroGradients();
        (-_temperature.Log.Exp() * (logProb.Detach() - 1)).Mean().Backward();
        _temperatureOptimiser.Step();
        _targets.Parameters.Lerp(_critics.Parameters, 0.005f);
    }

    private sealed class Critics : Module
    {
        public Critics(Generator generator)
        {
            First = Add("qf1", Network());
            Second = Add("qf2", Network());

            Sequential Network() =>
                new(new Linear(4, 256, generator), Activation.Relu, new Linear(256, 256, generator), Activation.Relu, new Linear(256, 1, generator));
        }

        public Sequential First { get; }

        public Sequential Second { get; }
    }

    private sealed class Actor : Module
    {
        private readonly Sequential _body;
        private readonly Linear _mean, _logStandardDeviation;

        public Actor(Generator generator)
        {
            _body = Add("body", new Sequential(new Linear(3, 256, generator), Activation.Relu, new Linear(256, 256, generator), Activation.Relu));
            _mean = Add("mean", new Linear(256, 1, generator));
            _logStandardDeviation = Add("logstd", new Linear(256, 1, generator));
        }

        public SquashedGaussian Forward(Tensor observations, Tensor scale, Tensor offset)
        {
            Tensor features = _body.Forward(observations);
            Tensor logStandardDeviation = -5 + 0.5f * 7 * (_logStandardDeviation.Forward(features).Tanh() + 1);
            return new SquashedGaussian(_mean.Forward(features), logStandardDeviation, scale, offset);
        }
    }

    private sealed class Temperature : Module
    {
        public Temperature() => Log = AddParameter("log_alpha", Tensor.Zeros([1]));

        public Tensor Log { get; }
    }
}
