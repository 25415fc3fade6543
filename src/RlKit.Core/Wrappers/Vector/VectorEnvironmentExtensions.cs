namespace RlKit;

/// <summary>Vector wrappers as a chain of calls: <c>vector.WithRandomAction(0.35).WithEpisodeStatistics()</c>.</summary>
public static class VectorEnvironmentExtensions
{
    /// <summary>The outermost part of a vector environment, a wrapper or the vector environment itself, that is a <typeparamref name="T"/>; null when none is.</summary>
    public static T? Find<T>(this IVectorEnvironment environment)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(environment);
        for (IVectorEnvironment? part = environment; part is not null; part = (part as VectorWrapper)?.Inner)
            if (part is T found) return found;
        return null;
    }

    /// <inheritdoc cref="VectorRecordEpisodeStatistics" path="/summary"/>
    /// <inheritdoc cref="VectorRecordEpisodeStatistics(IVectorEnvironment, int)" path="/*[not(self::summary)]"/>
    public static VectorRecordEpisodeStatistics WithEpisodeStatistics(this IVectorEnvironment environment, int capacity = 100) => new(environment, capacity);

    /// <inheritdoc cref="VectorRecordVideo" path="/summary"/>
    /// <inheritdoc cref="VectorRecordVideo(IVectorEnvironment, string, RecordVideoOptions?)" path="/*[not(self::summary)]"/>
    public static VectorRecordVideo WithVideo(this IVectorEnvironment environment, string folder, RecordVideoOptions? options = null) => new(environment, folder, options);

    /// <inheritdoc cref="VectorRandomAction" path="/summary"/>
    /// <inheritdoc cref="VectorRandomAction(IVectorEnvironment, double, long?)" path="/*[not(self::summary)]"/>
    public static VectorRandomAction WithRandomAction(this IVectorEnvironment environment, double probability, long? seed = null) => new(environment, probability, seed);

    /// <inheritdoc cref="VectorStickyAction" path="/summary"/>
    /// <inheritdoc cref="VectorStickyAction(IVectorEnvironment, double, long?)" path="/*[not(self::summary)]"/>
    public static VectorStickyAction WithStickyAction(this IVectorEnvironment environment, double probability, long? seed = null) => new(environment, probability, seed);

    /// <inheritdoc cref="VectorClipAction" path="/summary"/>
    /// <inheritdoc cref="VectorClipAction(IVectorEnvironment)" path="/*[not(self::summary)]"/>
    public static VectorClipAction WithClipAction(this IVectorEnvironment environment) => new(environment);

    /// <inheritdoc cref="VectorRescaleAction" path="/summary"/>
    /// <inheritdoc cref="VectorRescaleAction(IVectorEnvironment, float, float)" path="/*[not(self::summary)]"/>
    public static VectorRescaleAction WithRescaleAction(this IVectorEnvironment environment, float low = -1, float high = 1) => new(environment, low, high);

    /// <inheritdoc cref="VectorTransformAction" path="/summary"/>
    /// <inheritdoc cref="VectorTransformAction(IVectorEnvironment, VectorTransformAction.Transform, Box{float})" path="/*[not(self::summary)]"/>
    public static VectorTransformAction WithTransformAction(this IVectorEnvironment environment, VectorTransformAction.Transform function, Box<float> space) => new(environment, function, space);

    /// <inheritdoc cref="VectorClipReward" path="/summary"/>
    /// <inheritdoc cref="VectorClipReward(IVectorEnvironment, double, double)" path="/*[not(self::summary)]"/>
    public static VectorClipReward WithClipReward(this IVectorEnvironment environment, double low = -1, double high = 1) => new(environment, low, high);

    /// <inheritdoc cref="VectorSignReward" path="/summary"/>
    public static VectorSignReward WithSignReward(this IVectorEnvironment environment) => new(environment);

    /// <inheritdoc cref="VectorNormalizeReward" path="/summary"/>
    /// <inheritdoc cref="VectorNormalizeReward(IVectorEnvironment, double, double)" path="/*[not(self::summary)]"/>
    public static VectorNormalizeReward WithNormalizeReward(this IVectorEnvironment environment, double gamma = 0.99, double epsilon = 1e-8) => new(environment, gamma, epsilon);

    /// <inheritdoc cref="VectorTransformReward" path="/summary"/>
    /// <inheritdoc cref="VectorTransformReward(IVectorEnvironment, Func{double,double})" path="/*[not(self::summary)]"/>
    public static VectorTransformReward WithTransformReward(this IVectorEnvironment environment, Func<double, double> function) => new(environment, function);

    /// <inheritdoc cref="VectorNormalizeObservation" path="/summary"/>
    /// <inheritdoc cref="VectorNormalizeObservation(IVectorEnvironment, double)" path="/*[not(self::summary)]"/>
    public static VectorNormalizeObservation WithNormalizeObservation(this IVectorEnvironment environment, double epsilon = 1e-8) => new(environment, epsilon);

    /// <inheritdoc cref="VectorRescaleObservation" path="/summary"/>
    /// <inheritdoc cref="VectorRescaleObservation(IVectorEnvironment, float, float)" path="/*[not(self::summary)]"/>
    public static VectorRescaleObservation WithRescaleObservation(this IVectorEnvironment environment, float low, float high) => new(environment, low, high);

    /// <inheritdoc cref="VectorTransformObservation" path="/summary"/>
    /// <inheritdoc cref="VectorTransformObservation(IVectorEnvironment, VectorTransformObservation.Transform, Box{float})" path="/*[not(self::summary)]"/>
    public static VectorTransformObservation WithTransformObservation(this IVectorEnvironment environment, VectorTransformObservation.Transform function, Box<float> space) => new(environment, function, space);

    /// <inheritdoc cref="VectorGrayscaleObservation" path="/summary"/>
    /// <inheritdoc cref="VectorGrayscaleObservation(IVectorEnvironment, bool)" path="/*[not(self::summary)]"/>
    public static VectorGrayscaleObservation WithGrayscaleObservation(this IVectorEnvironment environment, bool keepDimension = false) => new(environment, keepDimension);

    /// <inheritdoc cref="VectorResizeObservation" path="/summary"/>
    /// <inheritdoc cref="VectorResizeObservation(IVectorEnvironment, int, int)" path="/*[not(self::summary)]"/>
    public static VectorResizeObservation WithResizeObservation(this IVectorEnvironment environment, int height, int width) => new(environment, height, width);

    /// <inheritdoc cref="VectorFrameStack" path="/summary"/>
    /// <inheritdoc cref="VectorFrameStack(IVectorEnvironment, int)" path="/*[not(self::summary)]"/>
    public static VectorFrameStack WithFrameStack(this IVectorEnvironment environment, int count) => new(environment, count);
}
