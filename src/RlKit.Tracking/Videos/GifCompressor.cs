namespace RlKit.Tracking.Videos;

/// <summary>The compression of GIF: Lempel-Ziv-Welch with codes of 3 to 12 bits, in blocks of at most 255 bytes.</summary>
internal sealed class GifCompressor
{
    private const int MaxCodes = 4096, TableLength = 1 << 14, MaxBlock = 255;

    // By the code of a string and the index that follows it: which string that is. An entry is taken when its generation is the present one.
    private readonly int[] _keys = new int[TableLength], _generations = new int[TableLength];
    private readonly short[] _codes = new short[TableLength];
    private readonly byte[] _block = new byte[MaxBlock];
    private int _generation, _blockLength, _bits, _bitCount;

    /// <summary>Writes the indices of one frame.</summary>
    /// <param name="indices">One for each pixel, below 2 to the power of <paramref name="bits"/>.</param>
    /// <param name="bits">2 to 8.</param>
    /// <param name="output">Where they go.</param>
    public void Compress(ReadOnlySpan<byte> indices, int bits, Stream output)
    {
        int clear = 1 << bits, next = clear + 2, width = bits + 1;
        (_blockLength, _bits, _bitCount) = (0, 0, 0);
        _generation++;
        output.WriteByte((byte)bits);
        Put(clear, width, output);
        int code = indices[0];
        foreach (byte index in indices[1..])
        {
            int key = code << 8 | index, slot = (int)((uint)key * 2654435769 >> 18);
            while (_generations[slot] == _generation && _keys[slot] != key) slot = (slot + 1) & (TableLength - 1);
            if (_generations[slot] == _generation)
            {
                code = _codes[slot];
                continue;
            }

            Put(code, width, output);
            code = index;
            if (next < MaxCodes)
            {
                (_generations[slot], _keys[slot], _codes[slot]) = (_generation, key, (short)next);
                if (next == 1 << width) width++;
                next++;
            }
            else
            {
                Put(clear, width, output);
                _generation++;
                (next, width) = (clear + 2, bits + 1);
            }
        }

        Put(code, width, output);
        // The reader's table has grown by one more string than is known here.
        if (next == 1 << width && width < 12) width++;
        Put(clear + 1, width, output);
        if (_bitCount > 0) PutByte((byte)_bits, output);
        PutBlock(output);
        output.WriteByte(0);
    }

    private void Put(int code, int width, Stream output)
    {
        _bits |= code << _bitCount;
        for (_bitCount += width; _bitCount >= 8; _bitCount -= 8)
        {
            PutByte((byte)_bits, output);
            _bits >>>= 8;
        }
    }

    private void PutByte(byte value, Stream output)
    {
        _block[_blockLength++] = value;
        if (_blockLength == MaxBlock) PutBlock(output);
    }

    private void PutBlock(Stream output)
    {
        if (_blockLength == 0) return;
        output.WriteByte((byte)_blockLength);
        output.Write(_block, 0, _blockLength);
        _blockLength = 0;
    }
}
