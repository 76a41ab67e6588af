using FieldNode.Answers;
using FieldNode.Answers.Reports;
using FieldNode.Host.Export;
using FieldNode.Log;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode export: writes the merged log, one row per person, or the raw batches.</summary>
internal static class ExportVerb
{
    private static readonly string[] s_formats = [.. PeopleExport.Formats, "fnlog"];

    public static Command Command()
    {
        var data = Options.Data();
        var format = new Option<string?>("--format") { Description = Help.Text("export --format"), HelpName = "FORMAT" };
        format.AcceptOnlyFromAmong(s_formats);
        var round = Options.Number("--round", 1, ushort.MaxValue);
        round.Description = Help.Text("export --round");
        round.HelpName = "R";
        var site = Options.Site();
        var since = new Option<DateTimeOffset?>("--since") { Description = Help.Text("export --since"), HelpName = "TIME" };
        var all = new Option<bool>("--all") { Description = Help.Text("export --all") };
        var output = new Option<string>("-o", "--output")
        {
            Description = Help.Text("export -o"),
            HelpName = "FILE",
            DefaultValueFactory = _ => "-"
        };
        var reveal = new RevealOption();
        var command = new Command("export", Help.Text("export"))
        { data, format, round, site, since, all, output };
        reveal.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var store = Options.Open(parsed.GetRequiredValue(data));
            Options.CheckSite(store, Fleet.Read(store), parsed.GetValue(site));
            var filter = new PersonFilter(parsed.GetValue(round), parsed.GetValue(site), parsed.GetValue(all), parsed.GetValue(since));
            var kind = Kind(parsed.GetValue(format), parsed.GetRequiredValue(output));
            var reason = reveal.IsGiven(parsed) ? reveal.Reason(parsed) : "";
            var count = await OutputFile.WriteAtomically(parsed.GetRequiredValue(output), async stream =>
            {
                if (kind == "fnlog")
                {
                    return BatchExport.Write(store, stream);
                }

                Func<string, string> codes = reason.Length > 0 ? store.Vault.Open : store.Vault.Masked;
                var people = await PeopleExport.Write(kind, new MergedLog(store).People(filter).Select(row => row.With(codes)), stream);
                if (reason.Length > 0)
                {
                    // noted before the file appears
                    reveal.Note(parsed, store, "export",
                        $"{kind}{(filter.Round is { } only ? $", round {only}" : "")}{(filter.Site is { } at ? $", site {at}" : "")}",
                        people);
                }

                return people;
            }, isSecret: reason.Length > 0);
            var written = kind == "fnlog" ? Batches(count) : People(count);
            Say.Info(written);
            return ExitCode.Done;
        });
        return command;
    }

    // Programs choose the format by the file extension, so a different --format is refused.
    private static string Kind(string? asked, string path)
    {
        var end = Path.GetExtension(path).TrimStart('.').ToLowerInvariant();
        var told = s_formats.Contains(end) ? end : null;
        if (asked is not null && told is not null && asked != told)
        {
            throw new HostFault("bad-format", ExitCode.Usage,
                $"--format {asked} does not match the file name {path}: omit --format, or end the name in .{asked}",
                $"--format {asked} 与文件名 {path} 不符：请省略，或以 .{asked} 结尾");
        }

        return asked ?? told ?? "csv";
    }

    private static string People(long count)
    {
        return Say.In(count == 1 ? "1 person" : $"{count} people", $"{count} 人");
    }

    private static string Batches(long count)
    {
        return Say.In(count == 1 ? "1 batch" : $"{count} batches", $"{count} 个批次");
    }
}
