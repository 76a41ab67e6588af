using FieldNode.Host.Access;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Keys;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode init, backup, restore, verify and store: manage the host's data.</summary>
internal static class StoreVerbs
{
    public static Command Init()
    {
        var data = Options.Data();
        var command = new Command("init", Help.Text("init")) { data };
        command.SetAction(parsed =>
        {
            var directory = parsed.GetRequiredValue(data);
            var store = Options.Open(directory, create: true);
            AccessKey.LoadOrCreate(directory);
            using var authority = SiteAuthority.LoadOrCreate(store);
            BrowserAuthority.LoadOrCreate(authority, ServerCertificates.LastingNames(), directory, DateTimeOffset.UtcNow);
            if (!File.Exists(Config.FileName))
            {
                File.WriteAllText(Config.FileName,
                    $"# Read by every fieldnode command started here; options and FIELDNODE_* override it.\ndata = "
                    + $"\"{directory.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n"
                    + $"# urls = \"{Options.DefaultUrls}\"\n# lang = \"zh\"\n# who = \"li.si\"\n");
            }

            var hint = File.ReadAllText(Config.FileName).Contains($"data = \"{directory}\"", StringComparison.Ordinal) ? ""
                : Options.DataHint(directory);
            var key = KeySource.ForDirectory(directory).Path;
            Say.Info(Say.In($"Host {store.HostId:X8} is ready in {directory}. Keep a copy of {key} elsewhere: "
                + $"without it the sealed data cannot be opened. Next: fieldnode users add NAME --role coordinator{hint}, fieldnode "
                + $"serve{hint}, and fieldnode nodes add lane-1{hint}",
                $"主机 {store.HostId:X8} 已就绪：{directory}。请另存 {key}：没有它谁也打不开密文。下一步：fieldnode users add 名称 --role "
                + $"coordinator{hint}、fieldnode serve{hint} 与 fieldnode nodes add lane-1{hint}"));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Backup()
    {
        var file = new Argument<string>("FILE") { Description = Help.Text("backup FILE") };
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("backup", Help.Text("backup")) { file, data, json };
        command.SetAction(parsed => Tell(StoreBackup.Take(Options.Open(parsed.GetRequiredValue(data)), parsed.GetRequiredValue(file)),
            parsed.GetValue(json)));
        return command;
    }

    public static Command Restore()
    {
        var file = new Argument<string>("FILE") { Description = Help.Text("restore FILE") };
        var data = Options.Data();
        var key = new Option<string?>("--key") { Description = Help.Text("restore --key"), HelpName = "FILE" };
        var json = Options.Json();
        var command = new Command("restore", Help.Text("restore")) { file, data, key, json };
        command.SetAction(parsed =>
            Tell(StoreBackup.Restore(parsed.GetRequiredValue(file), parsed.GetRequiredValue(data), parsed.GetValue(key)),
            parsed.GetValue(json)));
        return command;
    }

    public static Command Verify()
    {
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("verify", Help.Text("verify")) { data, json };
        command.SetAction((parsed, cancel) =>
        {
            var directory = parsed.GetRequiredValue(data);
            var store = Options.Open(directory);
            var scratch = Path.Combine(store.IsShared ? Path.GetTempPath() : directory, $"verify-{Environment.ProcessId}");
            try
            {
                var result = Watched(Say.In("recomputing", "重新计算"), report => new StoreVerification(store)
                    .Run(scratch, progress: report, cancel: cancel));
                if (parsed.GetValue(json))
                {
                    Present.Json(result);
                }

                result.Differences.ToList().ForEach(difference => Say.Error("differs", Say.In($"{difference.Table}: "
                    + $"{difference.OnlyStored} rows only in the store, {difference.OnlyRecomputed} only in the recomputed data",
                    $"{difference.Table}：仅存储中有 {difference.OnlyStored} 行，仅重算结果中有 {difference.OnlyRecomputed} 行")));
                Say.Info(result.IsRight
                    ? Say.In($"{result.Records} records in {result.Batches} batches: the store matches the recomputed data",
                        $"{result.Batches} 个批次 {result.Records} 条记录：与重算结果一致")
                    : Say.In($"The store does NOT match the recomputed data: {result.DamagedBatches} damaged batches, "
                        + $"database {result.Integrity}",
                        $"与重算结果不一致：{result.DamagedBatches} 个损坏批次，数据库 {result.Integrity}"));
                return Task.FromResult(result.IsRight ? ExitCode.Done : ExitCode.Refused);
            }
            finally
            {
                Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
                if (Directory.Exists(scratch))
                {
                    Directory.Delete(scratch, recursive: true);
                }
            }
        });
        return command;
    }

    public static Command Store()
    {
        var data = Options.Data();
        var to = new Option<string>("--to") { Description = Help.Text("migrate --to"), HelpName = "URL", Required = true };
        var json = Options.Json();
        var migrate = new Command("migrate", Help.Text("migrate")) { data, to, json };
        migrate.SetAction((parsed, cancel) =>
        {
            var directory = parsed.GetRequiredValue(data);
            var move = new StoreMove(directory, parsed.GetRequiredValue(to));
            var result = Watched(Say.In("moving", "迁移"),
                report => move.Run((done, total) => report?.Invoke((int)done, (int)total), cancel));
            if (parsed.GetValue(json))
            {
                Present.Json(result);
            }

            Say.Info(Say.In(
                $"Host {result.HostId}: {result.Batches} batches are in the database. Stop the old serve; then: fieldnode serve --data "
                    + $"{directory} --store {result.To}",
                $"主机 {result.HostId}：{result.Batches} 个批次已入库。请停止旧的 serve，然后：fieldnode serve --data {directory} --store {result.To}"));
            return Task.FromResult(ExitCode.Done);
        });
        return new Command("store", Help.Text("store")) { migrate };
    }

    private static int Tell(BackupResult result, bool json)
    {
        if (json)
        {
            Present.Json(result);
        }

        Say.Info(Say.In($"{result.Path}: host {result.HostId}, {result.Batches} batches, {result.Records} records, {result.Bytes} bytes; "
            + $"checked", $"{result.Path}：主机 {result.HostId}，{result.Batches} 个批次，{result.Records} 条记录，{result.Bytes} 字节；已校验"));
        return ExitCode.Done;
    }

    private static T Watched<T>(string what, Func<Action<int, int>?, T> run)
        where T : class
    {
        if (!Terminal.IsInteractive)
        {
            return run(null);
        }

        T? result = null;
        Spectre.Console.AnsiConsoleExtensions.Progress(Terminal.Error).Start(context =>
        {
            var bar = context.AddTask(what);
            result = run((done, total) => (bar.MaxValue, bar.Value) = (Math.Max(1, total), done));
        });
        return result!;
    }
}
