namespace RlKit;

/// <summary>
/// log(1 + x) as fdlibm computes it (Sun Microsystems, see THIRD-PARTY-NOTICES.md) and glibc evaluates it. .NET has no
/// accurate one, and the tails of NumPy's distributions need it to the last bit on every platform.
/// </summary>
internal static class Fdlibm
{
    /// <summary>log(1 + x) for x in (-1, 0], to less than one unit in the last place.</summary>
    public static double Log1P(double x)
    {
        const double Ln2High = 6.93147180369123816490e-01;
        const double Ln2Low = 1.90821492927058770002e-10;

        if (x > -1.0 / (1 << 29)) return Math.Abs(x) < 1.0 / (1L << 54) ? x : x - x * x * 0.5;

        int k = 0;
        double f = x;
        double c = 0;
        int fraction = 1;
        if (HighWord(x) > unchecked((int)0xbfd2bec3))
        {
            // Below -0.2929: 1 + x = 2^k (1 + f) with sqrt(1/2) < 1 + f < sqrt(2), and c corrects for the rounding of 1 + x.
            double u = 1.0 + x;
            fraction = HighWord(u);
            k = (fraction >> 20) - 1023;
            c = (k > 0 ? 1.0 - (u - x) : x - (u - 1.0)) / u;
            fraction &= 0x000fffff;
            if (fraction < 0x6a09e)
            {
                u = WithHighWord(u, fraction | 0x3ff00000);
            }
            else
            {
                k++;
                u = WithHighWord(u, fraction | 0x3fe00000);
                fraction = (0x00100000 - fraction) >> 2;
            }

            f = u - 1.0;
        }

        double half = 0.5 * f * f;
        if (fraction == 0)
        {
            if (f == 0) return k == 0 ? 0 : k * Ln2High + (c + k * Ln2Low);
            double rest = half * (1.0 - 0.66666666666666666 * f);
            return k == 0 ? f - rest : k * Ln2High - ((rest - (k * Ln2Low + c)) - f);
        }

        double s = f / (2.0 + f);
        double z = s * s;
        double z2 = z * z;
        double z4 = z2 * z2;
        double z6 = z4 * z2;
        double r1 = z * 6.666666666666735130e-01;
        double r2 = 3.999999999940941908e-01 + z * 2.857142874366239149e-01;
        double r3 = 2.222219843214978396e-01 + z * 1.818357216161805012e-01;
        double r4 = 1.531383769920937332e-01 + z * 1.479819860511658591e-01;
        double r = r1 + z2 * r2 + z4 * r3 + z6 * r4;
        return k == 0
            ? f - (half - s * (half + r))
            : k * Ln2High - ((half - (s * (half + r) + (k * Ln2Low + c))) - f);
    }

    /// <summary>log(1 + x) for x in (-1, 0], in single precision throughout.</summary>
    public static float Log1P(float x)
    {
        const float Ln2High = 6.9313812256e-01f;
        const float Ln2Low = 9.0580006145e-06f;

        if (x > -1f / (1 << 29)) return Math.Abs(x) < 1f / (1L << 54) ? x : x - x * x * 0.5f;

        int k = 0;
        float f = x;
        float c = 0;
        int fraction = 1;
        if (BitConverter.SingleToInt32Bits(x) > unchecked((int)0xbe95f61f))
        {
            float u = 1f + x;
            fraction = BitConverter.SingleToInt32Bits(u);
            k = (fraction >> 23) - 127;
            c = (k > 0 ? 1f - (u - x) : x - (u - 1f)) / u;
            fraction &= 0x007fffff;
            if (fraction < 0x3504f7)
            {
                u = BitConverter.Int32BitsToSingle(fraction | 0x3f800000);
            }
            else
            {
                k++;
                u = BitConverter.Int32BitsToSingle(fraction | 0x3f000000);
                fraction = (0x00800000 - fraction) >> 2;
            }

            f = u - 1f;
        }

        float half = 0.5f * f * f;
        if (fraction == 0)
        {
            if (f == 0) return k == 0 ? 0 : k * Ln2High + (c + k * Ln2Low);
            float rest = half * (1f - 0.66666666666666666f * f);
            return k == 0 ? f - rest : k * Ln2High - ((rest - (k * Ln2Low + c)) - f);
        }

        float s = f / (2f + f);
        float z = s * s;
        float r = z * (6.6666668653e-01f + z * (4.0000000596e-01f + z * (2.8571429849e-01f + z * (2.2222198546e-01f
            + z * (1.8183572590e-01f + z * (1.5313838422e-01f + z * 1.4798198640e-01f))))));
        return k == 0
            ? f - (half - s * (half + r))
            : k * Ln2High - ((half - (s * (half + r) + (k * Ln2Low + c))) - f);
    }

    private static int HighWord(double x) => (int)(BitConverter.DoubleToInt64Bits(x) >> 32);

    private static double WithHighWord(double x, int high) =>
        BitConverter.Int64BitsToDouble((long)high << 32 | BitConverter.DoubleToInt64Bits(x) & 0xffffffffL);
}
