using Bistro.Builder.Errors;

namespace Bistro.Builder.Sources.Archives;

/// <summary>The sparse files of pax archives, in the formats 0.0, 0.1 and 1.0 of GNU tar.</summary>
internal static class TarSparseFormats
{
    /// <summary>The member's map; null when it is not sparse. That of format 1.0 is read from the beginning of its data.</summary>
    /// <exception cref="SourceException">The map is broken.</exception>
    public static async ValueTask<TarSparseMap?> ReadAsync(TarRecords records, TarData data, CancellationToken cancellationToken)
    {
        if (records.Find("GNU.sparse.map") is { } list)
        {
            var map = Create(records);
            map.AddList(list);
            return map;
        }
        if (records.Find("GNU.sparse.size") is not null)
            return FromPairs(records);
        return records.Find("GNU.sparse.major") is [(byte)'1'] && records.Find("GNU.sparse.minor") is [(byte)'0']
            ? await FromDataAsync(Create(records), data, cancellationToken)
            : null;
    }

    private static TarSparseMap Create(TarRecords records)
    {
        var size = records.Find("GNU.sparse.realsize") ?? records.Find("GNU.sparse.size")
            ?? throw new SourceException("The archive is broken: a sparse file has no size.");
        return new TarSparseMap { Size = TarSparseMap.Decimal(size) };
    }

    private static TarSparseMap FromPairs(TarRecords records)
    {
        var map = Create(records);
        var offset = 0L;
        foreach (var (key, value) in records.Sparse)
        {
            if (key == "GNU.sparse.offset")
                offset = TarSparseMap.Decimal(value);
            else
                map.Add(offset, TarSparseMap.Decimal(value));
        }
        return map;
    }

    // Decimal numbers, each with a line end: how many parts there are, then the offset and length of each; padded to whole blocks.
    private static async ValueTask<TarSparseMap> FromDataAsync(TarSparseMap map, TarData data, CancellationToken cancellationToken)
    {
        var block = new byte[TarHeader.BlockLength];
        var number = new List<byte>();
        long? left = null, offset = null;
        while (left != 0)
        {
            if (await data.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken) != block.Length)
                throw new SourceException("The archive is broken: the map of a sparse file is cut off.");
            foreach (var digit in block)
            {
                if (left == 0)
                    break;
                if (digit != '\n')
                {
                    number.Add(digit);
                    if (number.Count > 20)
                        throw new SourceException("The archive is broken: the map of a sparse file is not a list of numbers.");
                    continue;
                }
                var value = TarSparseMap.Decimal(number.ToArray());
                number.Clear();
                if (left is null)
                {
                    left = value;
                    continue;
                }
                if (offset is { } known)
                {
                    map.Add(known, value);
                    left--;
                }
                offset = offset is null ? value : null;
            }
        }
        return map;
    }
}
