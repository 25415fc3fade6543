using System.Globalization;
using System.Runtime.CompilerServices;

namespace RlKit;

/// <summary>
/// The projection of a distribution over returns, after a reward and a discount, back onto its fixed support. M. G. Bellemare, W. Dabney and
/// R. Munos, "A Distributional Perspective on Reinforcement Learning" (2017), algorithm 1.
/// </summary>
public static class CategoricalProjection
{
    /// <summary>
    /// For each sample b: moves the mass of each atom z_j = vMin + j (vMax - vMin) / (atoms - 1) to clamp(reward_b + discount_b z_j, vMin, vMax) and
    /// splits it between the two atoms there in proportion to how near they are; a place that is an atom's own gets all of it. The mass is kept, and so is
    /// the mean where nothing was clamped.
    /// </summary>
    /// <param name="nextProbabilities">The distributions to move, batch x atoms, row-major.</param>
    /// <param name="rewards">The rewards, or n-step returns, one for each sample.</param>
    /// <param name="discounts">gamma^k of each sample, 0 where it terminated: the whole mass is then that of the reward.</param>
    /// <param name="vMin">The lowest atom.</param>
    /// <param name="vMax">The highest atom, above vMin.</param>
    /// <param name="atoms">The number of atoms, 2 or more.</param>
    /// <param name="targets">The projected distributions, batch x atoms; must not overlap with the distributions.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two atoms, or vMin and vMax are not finite with vMin below vMax.</exception>
    /// <exception cref="ArgumentException">A length does not fit, or a reward or discount is not finite.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Project(
        ReadOnlySpan<float> nextProbabilities,
        ReadOnlySpan<float> rewards,
        ReadOnlySpan<float> discounts,
        float vMin,
        float vMax,
        int atoms,
        Span<float> targets)
    {
        if (atoms < 2) throw new ArgumentOutOfRangeException(nameof(atoms), atoms, $"A support of {atoms} atoms cannot be; give 2 or more.");
        if (!float.IsFinite(vMin)) throw new ArgumentOutOfRangeException(nameof(vMin), vMin, FormattableString.Invariant($"vMin is {vMin}; give a finite number below vMax."));
        if (!(vMax > vMin && float.IsFinite(vMax - vMin))) throw new ArgumentOutOfRangeException(nameof(vMax), vMax, FormattableString.Invariant($"vMax is {vMax}; give a finite number above vMin, {vMin}."));
        int batch = rewards.Length;
        RequireLength(discounts.Length, batch, nameof(discounts));
        RequireLength(nextProbabilities.Length, batch * atoms, nameof(nextProbabilities));
        RequireLength(targets.Length, batch * atoms, nameof(targets));
        if (nextProbabilities.Overlaps(targets)) throw new ArgumentException("The targets overlap with the distributions that are read; give them memory of their own.", nameof(targets));
        for (int sample = 0; sample < batch; sample++)
        {
            if (!float.IsFinite(rewards[sample])) throw NotFinite("reward", rewards[sample], sample, nameof(rewards));
            if (!float.IsFinite(discounts[sample])) throw NotFinite("discount", discounts[sample], sample, nameof(discounts));
        }

        targets.Clear();
        double width = ((double)vMax - vMin) / (atoms - 1);
        for (int sample = 0; sample < batch; sample++)
        {
            ReadOnlySpan<float> source = nextProbabilities.Slice(sample * atoms, atoms);
            Span<float> target = targets.Slice(sample * atoms, atoms);

            // In units of atoms, atom j goes to first + discount j.
            double discount = discounts[sample];
            double first = (rewards[sample] + discount * vMin - vMin) / width;
            for (int atom = 0; atom < source.Length; atom++)
            {
                double place = Math.Clamp(first + discount * atom, 0, atoms - 1);

                // At the highest atom the lower neighbour is the last but one, with none of the mass: no place is lost, and none is outside.
                int lower = Math.Min((int)place, atoms - 2);
                float upperShare = (float)(place - lower);
                target[lower] += source[atom] * (1 - upperShare);
                target[lower + 1] += source[atom] * upperShare;
            }
        }
    }

    private static void RequireLength(int length, int expected, string name)
    {
        if (length != expected) throw new ArgumentException($"There are {length} elements in {name}; {expected} are needed.", name);
    }

    private static ArgumentException NotFinite(string what, float value, int sample, string name) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The {what} of sample {sample} is {value}; a projection needs finite numbers."), name);
}
