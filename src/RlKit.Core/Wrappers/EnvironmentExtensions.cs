using System.Numerics;

namespace RlKit;

/// <summary>Wrappers as a chain of calls: <c>environment.WithTimeLimit(200).WithFrameStack(4)</c>.</summary>
public static class EnvironmentExtensions
{
    /// <summary>The outermost part of an environment, a wrapper or the environment itself, that is a <typeparamref name="T"/>; null when none is.</summary>
    public static T? Find<T>(this IEnvironment environment)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(environment);
        for (IEnvironment? part = environment; part is not null; part = (part as IWrapper)?.Inner)
            if (part is T found) return found;
        return null;
    }

    /// <inheritdoc cref="TimeLimit{TObservation,TAction}" path="/summary"/>
    /// <inheritdoc cref="TimeLimit{TObservation,TAction}(IEnvironment{TObservation,TAction}, int)" path="/*[not(self::summary)]"/>
    public static TimeLimit<TObservation, TAction> WithTimeLimit<TObservation, TAction>(this IEnvironment<TObservation, TAction> environment, int maxEpisodeSteps)
        where TObservation : notnull
        where TAction : notnull => new(environment, maxEpisodeSteps);

    /// <inheritdoc cref="Autoreset{TObservation,TAction}" path="/summary"/>
    public static Autoreset<TObservation, TAction> WithAutoreset<TObservation, TAction>(this IEnvironment<TObservation, TAction> environment)
        where TObservation : notnull
        where TAction : notnull => new(environment);

    /// <inheritdoc cref="RecordEpisodeStatistics{TObservation,TAction}" path="/summary"/>
    /// <inheritdoc cref="RecordEpisodeStatistics{TObservation,TAction}(IEnvironment{TObservation,TAction}, int)" path="/*[not(self::summary)]"/>
    public static RecordEpisodeStatistics<TObservation, TAction> WithEpisodeStatistics<TObservation, TAction>(this IEnvironment<TObservation, TAction> environment, int capacity = 100)
        where TObservation : notnull
        where TAction : notnull => new(environment, capacity);

    /// <inheritdoc cref="RecordVideo{TObservation,TAction}" path="/summary"/>
    /// <inheritdoc cref="RecordVideo{TObservation,TAction}(IEnvironment{TObservation,TAction}, string, RecordVideoOptions?)" path="/*[not(self::summary)]"/>
    public static RecordVideo<TObservation, TAction> WithVideo<TObservation, TAction>(this IEnvironment<TObservation, TAction> environment, string folder, RecordVideoOptions? options = null)
        where TObservation : notnull
        where TAction : notnull => new(environment, folder, options);

    /// <inheritdoc cref="RandomAction{TObservation,TAction}" path="/summary"/>
    /// <inheritdoc cref="RandomAction{TObservation,TAction}(IEnvironment{TObservation,TAction}, double, long?)" path="/*[not(self::summary)]"/>
    public static RandomAction<TObservation, TAction> WithRandomAction<TObservation, TAction>(this IEnvironment<TObservation, TAction> environment, double probability, long? seed = null)
        where TObservation : notnull
        where TAction : notnull => new(environment, probability, seed);

    /// <inheritdoc cref="StickyAction{TObservation,TAction}" path="/summary"/>
    /// <inheritdoc cref="StickyAction{TObservation,TAction}(IEnvironment{TObservation,TAction}, double, long?)" path="/*[not(self::summary)]"/>
    public static StickyAction<TObservation, TAction> WithStickyAction<TObservation, TAction>(this IEnvironment<TObservation, TAction> environment, double probability, long? seed = null)
        where TObservation : notnull
        where TAction : notnull => new(environment, probability, seed);

    /// <inheritdoc cref="ClipAction{TObservation}" path="/summary"/>
    public static ClipAction<TObservation> WithClipAction<TObservation>(this IEnvironment<TObservation, float[]> environment)
        where TObservation : notnull => new(environment);

    /// <inheritdoc cref="RescaleAction{TObservation}" path="/summary"/>
    /// <inheritdoc cref="RescaleAction{TObservation}(IEnvironment{TObservation,float[]}, float, float)" path="/*[not(self::summary)]"/>
    public static RescaleAction<TObservation> WithRescaleAction<TObservation>(this IEnvironment<TObservation, float[]> environment, float low = -1, float high = 1)
        where TObservation : notnull => new(environment, low, high);

    /// <inheritdoc cref="TransformAction{TObservation,TInner,TAction}" path="/summary"/>
    /// <inheritdoc cref="TransformAction{TObservation,TInner,TAction}(IEnvironment{TObservation,TInner}, Func{TAction,TInner}, Space{TAction})" path="/*[not(self::summary)]"/>
    public static TransformAction<TObservation, TInner, TAction> WithTransformAction<TObservation, TInner, TAction>(
        this IEnvironment<TObservation, TInner> environment, Func<TAction, TInner> function, Space<TAction> space)
        where TObservation : notnull
        where TInner : notnull
        where TAction : notnull => new(environment, function, space);

    /// <inheritdoc cref="ClipReward{TObservation,TAction}" path="/summary"/>
    /// <inheritdoc cref="ClipReward{TObservation,TAction}(IEnvironment{TObservation,TAction}, double, double)" path="/*[not(self::summary)]"/>
    public static ClipReward<TObservation, TAction> WithClipReward<TObservation, TAction>(this IEnvironment<TObservation, TAction> environment, double low = -1, double high = 1)
        where TObservation : notnull
        where TAction : notnull => new(environment, low, high);

    /// <inheritdoc cref="SignReward{TObservation,TAction}" path="/summary"/>
    public static SignReward<TObservation, TAction> WithSignReward<TObservation, TAction>(this IEnvironment<TObservation, TAction> environment)
        where TObservation : notnull
        where TAction : notnull => new(environment);

    /// <inheritdoc cref="NormalizeReward{TObservation,TAction}" path="/summary"/>
    /// <inheritdoc cref="NormalizeReward{TObservation,TAction}(IEnvironment{TObservation,TAction}, double, double)" path="/*[not(self::summary)]"/>
    public static NormalizeReward<TObservation, TAction> WithNormalizeReward<TObservation, TAction>(this IEnvironment<TObservation, TAction> environment, double gamma = 0.99, double epsilon = 1e-8)
        where TObservation : notnull
        where TAction : notnull => new(environment, gamma, epsilon);

    /// <inheritdoc cref="TransformReward{TObservation,TAction}" path="/summary"/>
    /// <inheritdoc cref="TransformReward{TObservation,TAction}(IEnvironment{TObservation,TAction}, Func{double,double})" path="/*[not(self::summary)]"/>
    public static TransformReward<TObservation, TAction> WithTransformReward<TObservation, TAction>(this IEnvironment<TObservation, TAction> environment, Func<double, double> function)
        where TObservation : notnull
        where TAction : notnull => new(environment, function);

    /// <inheritdoc cref="NormalizeObservation{TAction}" path="/summary"/>
    /// <inheritdoc cref="NormalizeObservation{TAction}(IEnvironment{float[],TAction}, double)" path="/*[not(self::summary)]"/>
    public static NormalizeObservation<TAction> WithNormalizeObservation<TAction>(this IEnvironment<float[], TAction> environment, double epsilon = 1e-8)
        where TAction : notnull => new(environment, epsilon);

    /// <inheritdoc cref="RescaleObservation{TAction}" path="/summary"/>
    /// <inheritdoc cref="RescaleObservation{TAction}(IEnvironment{float[],TAction}, float, float)" path="/*[not(self::summary)]"/>
    public static RescaleObservation<TAction> WithRescaleObservation<TAction>(this IEnvironment<float[], TAction> environment, float low, float high)
        where TAction : notnull => new(environment, low, high);

    /// <inheritdoc cref="TimeAwareObservation{TAction}" path="/summary"/>
    /// <inheritdoc cref="TimeAwareObservation{TAction}(IEnvironment{float[],TAction}, bool)" path="/*[not(self::summary)]"/>
    public static TimeAwareObservation<TAction> WithTimeAwareObservation<TAction>(this IEnvironment<float[], TAction> environment, bool normalizeTime = false)
        where TAction : notnull => new(environment, normalizeTime);

    /// <inheritdoc cref="TransformObservation{TInner,TObservation,TAction}" path="/summary"/>
    /// <inheritdoc cref="TransformObservation{TInner,TObservation,TAction}(IEnvironment{TInner,TAction}, Func{TInner,TObservation}, Space{TObservation})" path="/*[not(self::summary)]"/>
    public static TransformObservation<TInner, TObservation, TAction> WithTransformObservation<TInner, TObservation, TAction>(
        this IEnvironment<TInner, TAction> environment, Func<TInner, TObservation> function, Space<TObservation> space)
        where TInner : notnull
        where TObservation : notnull
        where TAction : notnull => new(environment, function, space);

    /// <inheritdoc cref="FlattenObservation{TInner,TAction}" path="/summary"/>
    public static FlattenObservation<TInner, TAction> WithFlattenObservation<TInner, TAction>(this IEnvironment<TInner, TAction> environment)
        where TInner : notnull
        where TAction : notnull => new(environment);

    /// <inheritdoc cref="FilterObservation{TAction}" path="/summary"/>
    /// <inheritdoc cref="FilterObservation{TAction}(IEnvironment{Dictionary{string,object},TAction}, ReadOnlySpan{string})" path="/*[not(self::summary)]"/>
    public static FilterObservation<TAction> WithFilterObservation<TAction>(this IEnvironment<Dictionary<string, object>, TAction> environment, params ReadOnlySpan<string> keys)
        where TAction : notnull => new(environment, keys);

    /// <inheritdoc cref="GrayscaleObservation{TAction}" path="/summary"/>
    /// <inheritdoc cref="GrayscaleObservation{TAction}(IEnvironment{byte[],TAction}, bool)" path="/*[not(self::summary)]"/>
    public static GrayscaleObservation<TAction> WithGrayscaleObservation<TAction>(this IEnvironment<byte[], TAction> environment, bool keepDimension = false)
        where TAction : notnull => new(environment, keepDimension);

    /// <inheritdoc cref="ResizeObservation{TAction}" path="/summary"/>
    /// <inheritdoc cref="ResizeObservation{TAction}(IEnvironment{byte[],TAction}, int, int)" path="/*[not(self::summary)]"/>
    public static ResizeObservation<TAction> WithResizeObservation<TAction>(this IEnvironment<byte[], TAction> environment, int height, int width)
        where TAction : notnull => new(environment, height, width);

    /// <inheritdoc cref="FrameStack{T,TAction}" path="/summary"/>
    /// <inheritdoc cref="FrameStack{T,TAction}(IEnvironment{T[],TAction}, int)" path="/*[not(self::summary)]"/>
    public static FrameStack<T, TAction> WithFrameStack<T, TAction>(this IEnvironment<T[], TAction> environment, int count)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
        where TAction : notnull => new(environment, count);

    /// <inheritdoc cref="MaxAndSkip{T,TAction}" path="/summary"/>
    /// <inheritdoc cref="MaxAndSkip{T,TAction}(IEnvironment{T[],TAction}, int)" path="/*[not(self::summary)]"/>
    public static MaxAndSkip<T, TAction> WithMaxAndSkip<T, TAction>(this IEnvironment<T[], TAction> environment, int skip = 4)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
        where TAction : notnull => new(environment, skip);

    /// <inheritdoc cref="NoopReset{TObservation}" path="/summary"/>
    /// <inheritdoc cref="NoopReset{TObservation}(IEnvironment{TObservation,int}, int)" path="/*[not(self::summary)]"/>
    public static NoopReset<TObservation> WithNoopReset<TObservation>(this IEnvironment<TObservation, int> environment, int max = 30)
        where TObservation : notnull => new(environment, max);

    /// <inheritdoc cref="FireReset{TObservation}" path="/summary"/>
    public static FireReset<TObservation> WithFireReset<TObservation>(this IEnvironment<TObservation, int> environment)
        where TObservation : notnull => new(environment);

    /// <inheritdoc cref="EpisodicLife{TObservation}" path="/summary"/>
    public static EpisodicLife<TObservation> WithEpisodicLife<TObservation>(this IEnvironment<TObservation, int> environment)
        where TObservation : notnull => new(environment);
}
