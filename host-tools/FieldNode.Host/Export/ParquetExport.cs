using FieldNode.Answers.Facts;
using System.IO.Compression;
using Parquet;
using Parquet.Schema;

namespace FieldNode.Host.Export;

/// <summary>Writes people as Parquet, in row groups that limit memory use.</summary>
internal static class ParquetExport
{
    private const int GroupRows = 20_000;

    public static async Task<int> Write(IEnumerable<PersonRow> rows, Stream stream)
    {
        DataField[] fields = [.. PeopleColumns.Names.Select(name => PeopleColumns.Numbers.Contains(name)
            ? (DataField)new DataField<long>(name) : new DataField<string>(name, nullable: false))];
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Optimal };
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream, options);
        var count = 0;
        foreach (var group in rows.Select(PeopleColumns.Cells).Chunk(GroupRows))
        {
            using var writing = writer.CreateRowGroup();
            for (var i = 0; i < fields.Length; i++)
            {
                if (PeopleColumns.Numbers.Contains(fields[i].Name))
                {
                    await writing.WriteAsync<long>(fields[i], Array.ConvertAll(group, cells => (long)cells[i]));
                }
                else
                {
                    await writing.WriteAsync(fields[i], Array.ConvertAll(group, cells => (string)cells[i]));
                }
            }

            writing.CompleteValidate();
            count += group.Length;
        }

        return count;
    }
}
