using FieldNode.Log;
using FieldNode.Log.Files;
using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode merge: merges log files and flash images into the host's data.</summary>
internal static class MergeVerb
{
    public static Command Command()
    {
        var files = new Argument<string[]>("FILE") { Description = Help.Text("merge FILE"), Arity = ArgumentArity.OneOrMore };
        var data = Options.Data();
        var adopt = new Option<bool>("--adopt") { Description = Help.Text("merge --adopt") };
        var json = Options.Json();
        var command = new Command("merge", Help.Text("merge"))
        { files, data, adopt, json };
        command.SetAction((parsed, cancel) =>
            Task.FromResult(Run(parsed.GetRequiredValue(files), parsed.GetRequiredValue(data), parsed.GetValue(adopt),
            parsed.GetValue(json), cancel)));
        return command;
    }

    private static int Run(string[] files, string data, bool adopt, bool json, CancellationToken cancel)
    {
        var merge = new FileMerge(Options.Open(data, create: true), TimeProvider.System);
        var exit = ExitCode.Done;
        if (!Terminal.IsInteractive || files.Length == 1)
        {
            foreach (var outcome in merge.Merge(files, adopt, cancel))
            {
                exit = Worse(exit, Tell(outcome, json));
            }

            return exit;
        }

        Terminal.Error.Progress().Start(context =>
        {
            var task = context.AddTask(Say.In("merging", "合并"), maxValue: files.Length);
            foreach (var outcome in merge.Merge(files, adopt, cancel))
            {
                exit = Worse(exit, Tell(outcome, json));
                task.Increment(1);
            }
        });
        return exit;
    }

    private static int Tell(FileMergeOutcome outcome, bool json)
    {
        if (outcome.Result is not { } result)
        {
            Say.Error(outcome.Fault!.Code, Say.In(outcome.Fault.English, outcome.Fault.Chinese));
            return outcome.Fault.ExitCode;
        }

        Print(result, json);
        return result.Damages.Count > 0 ? ExitCode.SomethingMissing : ExitCode.Done;
    }

    private static void Print(FileMergeResult result, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new
            {
                file = result.Path,
                records = result.Records,
                added = result.Added,
                conflicts = result.Conflicts,
                damages = result.Damages.Select(damage => new { offset = damage.Offset, what = damage.What })
            }));
            return;
        }

        Say.Info(Say.In(
            $"{result.Path}: {result.Records} records, {result.Added} new, {result.Conflicts} in conflict",
            $"{result.Path}：{result.Records} 条记录，{result.Added} 条新增，{result.Conflicts} 条冲突"));
        foreach (var damage in result.Damages)
        {
            Say.Error("damage", $"{result.Path} 0x{damage.Offset:X}: {damage.What}");
        }
    }

    private static int Worse(int first, int second)
    {
        return first == ExitCode.Done || (first == ExitCode.SomethingMissing && second != ExitCode.Done) ? second : first;
    }
}
