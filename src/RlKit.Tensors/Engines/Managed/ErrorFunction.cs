namespace RlKit.Tensors.Engines.Managed;

/// <summary>The error function.</summary>
internal static class ErrorFunction
{
    /// <summary>
    /// erf(x) by its Taylor series within 2, beyond by the continued fraction of erfc (Abramowitz and Stegun 7.1.6 and 7.1.14), in double precision: correct to the last bit of a float.
    /// </summary>
    public static float Erf(float x)
    {
        double a = Math.Abs((double)x);
        if (!(a < 4)) return float.IsNaN(x) ? x : MathF.Sign(x);
        double value;
        if (a < 2)
        {
            // erf(x) = 2/sqrt(pi) exp(-x²) sum of 2^n x^(2n+1) / (1·3·…·(2n+1)): no cancellation.
            double term = a, sum = a, square = 2 * a * a;
            for (int n = 1; n < 40 && term > 1e-12 * sum; n++)
            {
                term *= square / (2 * n + 1);
                sum += term;
            }

            value = 1.1283791670955126 * Math.Exp(-a * a) * sum;
        }
        else
        {
            double fraction = a;
            for (int n = 40; n > 0; n--) fraction = a + 0.5 * n / fraction;
            value = 1 - 0.5641895835477563 * Math.Exp(-a * a) / fraction;
        }

        return (float)(x < 0 ? -value : value);
    }
}
