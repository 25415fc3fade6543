namespace RlKit.ToyText;

/// <summary>Options of a <see cref="FrozenLake"/>.</summary>
public sealed record FrozenLakeOptions
{
    /// <summary>
    /// The rows of the map, from top to bottom: S start, F frozen, H hole, G goal. There has to be a start and a goal; with several starts one is drawn.
    /// <see cref="FrozenLakeMap"/> has some. By id: <c>desc</c>, rows as string[] or in one text with commas between them; or <c>map_name</c>, "4x4" or "8x8".
    /// </summary>
    /// <exception cref="ArgumentException">The map is empty, ragged, without start or goal, or has another letter.</exception>
    public IReadOnlyList<string> Map
    {
        get;
        init => field = FrozenLakeMap.Checked(value);
    } = FrozenLakeMap.Small;

    /// <summary>True when a step may slip to either side. By id: <c>is_slippery</c>.</summary>
    public bool IsSlippery { get; init; } = true;

    /// <summary>How likely a step on slippery ice goes where it should, 0 to 1; both sides share the rest. By id: <c>success_rate</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside 0 to 1.</exception>
    public double SuccessRate
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(SuccessRate), value, FormattableString.Invariant($"The success rate is {value}; give a probability, 0 to 1."));
    } = 1.0 / 3.0;

    /// <summary>The reward for reaching a goal. By id the first number of <c>reward_schedule</c>, a double[] of three or a text with commas between them.</summary>
    public double GoalReward { get; init; } = 1;

    /// <summary>The reward for falling into a hole. By id the second number of <c>reward_schedule</c>.</summary>
    public double HoleReward { get; init; }

    /// <summary>The reward for any other step. By id the third number of <c>reward_schedule</c>.</summary>
    public double FrozenReward { get; init; }

    internal static FrozenLakeOptions Read(EnvironmentOptions options, string owner)
    {
        options.RefuseUnknown(owner, "desc", "map_name", "is_slippery", "success_rate", "reward_schedule");
        var read = new FrozenLakeOptions();
        double[] rewards = Rewards(options, [read.GoalReward, read.HoleReward, read.FrozenReward]);
        return read with
        {
            Map = ReadMap(options),
            IsSlippery = options.Get("is_slippery", read.IsSlippery),
            SuccessRate = options.Get("success_rate", read.SuccessRate),
            GoalReward = rewards[0],
            HoleReward = rewards[1],
            FrozenReward = rewards[2],
        };
    }

    private static IReadOnlyList<string> ReadMap(EnvironmentOptions options)
    {
        if (!options.Contains("desc")) return FrozenLakeMap.Named(options.Get("map_name", "4x4"));
        return options["desc"] switch
        {
            IReadOnlyList<string> rows => rows,
            string text => text.Split(',', StringSplitOptions.TrimEntries),
            object other => throw new ArgumentException($"Option 'desc' is a {other.GetType().Name}; give the rows of the map as string[], or as one text with commas between them.", nameof(options)),
        };
    }

    private static double[] Rewards(EnvironmentOptions options, double[] usual)
    {
        if (!options.Contains("reward_schedule")) return usual;
        double[]? rewards = options["reward_schedule"] switch
        {
            double[] numbers => numbers,
            int[] numbers => [.. numbers.Select(number => (double)number)],
            string text => Parse(text),
            _ => null,
        };
        return rewards is { Length: 3 }
            ? rewards
            : throw new ArgumentException("Option 'reward_schedule' has to be three numbers, the rewards of goal, hole and frozen ground: a double[], or a text such as \"1,0,0\".", nameof(options));

        static double[]? Parse(string text)
        {
            string[] parts = text.Split(',');
            double[] numbers = new double[parts.Length];
            for (int i = 0; i < parts.Length; i++)
                if (!double.TryParse(parts[i], System.Globalization.CultureInfo.InvariantCulture, out numbers[i])) return null;
            return numbers;
        }
    }
}
