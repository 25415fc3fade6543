namespace RlKit.Benchmarks;

/// <summary>One update of an agent's networks, on data made beforehand.</summary>
internal interface IUpdate
{
    /// <summary>The multiplications and additions of its matrix products and convolutions, counted by hand.</summary>
    double Flops { get; }

    /// <summary>Does one update.</summary>
    void Run();
}
