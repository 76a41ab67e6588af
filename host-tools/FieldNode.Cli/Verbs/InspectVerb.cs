using System.CommandLine;
using System.Text.Json;
using FieldNode.Answers.Reports;
using FieldNode.Log;
using FieldNode.Log.Files;
using FieldNode.Protocol;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode inspect: prints every record of a file as text, and where the file is damaged.</summary>
internal static class InspectVerb
{
    public static Command Command()
    {
        var file = new Argument<string>("FILE") { Description = Help.Text("inspect FILE") };
        var json = Options.Json();
        var command = new Command("inspect", Help.Text("inspect")) { file, json };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(file), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string path, bool json)
    {
        var content = LogFile.Read(path);
        var output = Console.Out;
        foreach (var part in content.Parts)
        {
            foreach (var (sequence, frame) in part.Frames())
            {
                var record = RecordWords.Describe(frame, isSealed: part.Seals.Key != SealStart.Plain);
                output.WriteLine(json
                    ? JsonSerializer.Serialize(new
                    {
                        node = part.NodeId.ToString("X16"),
                        epoch = part.Epoch.ToString("X8"),
                        sequence,
                        ticks = record.Ticks,
                        type = record.Type,
                        text = record.Text
                    })
                    : $"{part.NodeId:X16} {part.Epoch:X8} {sequence,7} {record.Ticks,10} ms  {record.Type,-15} {record.Text}");
            }
        }

        foreach (var damage in content.Damages)
        {
            if (json)
            {
                output.WriteLine(JsonSerializer.Serialize(new { damage = damage.Offset, what = damage.What }));
            }

            Say.Error("damage", $"{path} 0x{damage.Offset:X}: {damage.What}");
        }

        var records = content.Parts.Sum(part => part.FrameCount);
        Say.Info(Say.In($"{records} records, {content.Damages.Count} damaged places", $"{records} 条记录，{content.Damages.Count} 处损坏"));
        return content.Damages.Count > 0 ? ExitCode.Refused : ExitCode.Done;
    }
}
