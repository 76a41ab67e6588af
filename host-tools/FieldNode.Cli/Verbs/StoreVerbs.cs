using FieldNode.Host.Access;
using FieldNode.Host.Operations;
using FieldNode.Log;
using FieldNode.Log.Keys;
using System.CommandLine;

namespace FieldNode.Cli.Verbs;

/// <summary>fieldnode init, backup, restore and verify: the host's data.</summary>
internal static class StoreVerbs
{
    public static Command Init()
    {
        var data = Options.Data();
        var command = new Command("init", Say.In(
            "Makes a data directory with its access key and the site's own certificate authority, its key file DIR.key beside it, and "
                + "fieldnode.toml here, which the other commands read. What is there stays.\n\nExample:\n  fieldnode init --data site-data",
            "建立数据目录、访问密钥、本站点的证书机构与旁边的密钥文件 DIR.key，并在当前目录写 fieldnode.toml 供其他命令读取。已有内容保持不变。\n\n示例：\n  fieldnode init --data site-data")) { data };
        command.SetAction(parsed =>
        {
            var directory = parsed.GetRequiredValue(data);
            var store = Options.Open(directory, create: true);
            AccessKey.Of(directory);
            using var authority = SiteAuthority.Of(store);
            BrowserAuthority.Of(authority, ServerCertificates.LastingNames(), directory, DateTimeOffset.UtcNow);
            if (!File.Exists(Config.FileName))
            {
                File.WriteAllText(Config.FileName,
                    $"# Read by every fieldnode command started here; options and FIELDNODE_* come before it.\ndata = "
                    + $"\"{directory.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n# urls = \"{Options.DefaultUrls}\"\n# lang = \"zh\"\n# who = \"li.si\"\n");
            }

            var hint = File.ReadAllText(Config.FileName).Contains($"data = \"{directory}\"", StringComparison.Ordinal) ? ""
                : Options.DataHint(directory);
            Say.Talk(Say.In($"Host {store.HostId:X8} is ready in {directory}. Keep a copy of {KeySource.Of(directory).Path} elsewhere: "
                + $"without it nobody opens what is sealed here. Next: fieldnode users add NAME --role coordinator{hint}, fieldnode "
                + $"serve{hint}, and fieldnode nodes add lane-1{hint}",
                $"主机 {store.HostId:X8} 已就绪：{directory}。请另存 {KeySource.Of(directory).Path}：没有它谁也打不开密文。下一步：fieldnode users add 名称 --role "
                + $"coordinator{hint}、fieldnode serve{hint} 与 fieldnode nodes add lane-1{hint}"));
            return ExitCode.Done;
        });
        return command;
    }

    public static Command Backup()
    {
        var file = new Argument<string>("FILE") { Description = Say.In("The backup to write; it must not be there yet", "要写的备份文件；不得已存在") };
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("backup", Say.In(
            "Copies the host's data as of this moment into one file, while the host works, and checks the copy. What is secret in it is "
                + "sealed: the key file that opens it (DIR.key beside the data directory, or where FIELDNODE_KEYFILE points) is not in "
                + "it. Keep a copy of that elsewhere: without it the backup opens to nobody.\n\nExample:\n  fieldnode backup monday.db",
            "在主机工作时把此刻的数据复制为一个文件并校验。其中机密均已加密：打开它的密钥文件（数据目录旁的 DIR.key，或 FIELDNODE_KEYFILE 所指）不在其中。请另存密钥文件：没有它谁也打不开备份。\n\n示例：\n  fieldnode "
                + "backup monday.db")) { file, data, json };
        command.SetAction(parsed => Tell(StoreBackup.Take(Options.Open(parsed.GetRequiredValue(data)), parsed.GetRequiredValue(file)),
            parsed.GetValue(json)));
        return command;
    }

    public static Command Restore()
    {
        var file = new Argument<string>("FILE") { Description = Say.In("A backup", "备份文件") };
        var data = Options.Data();
        var key = new Option<string?>("--key") { Description = Say.In("Key file of the store that was backed up; it is copied to DIR.key", "原存储的密钥文件；将复制为 DIR.key"), HelpName = "FILE" };
        var json = Options.Json();
        var command = new Command("restore", Say.In(
            "Makes a new data directory from a backup, after checking it. Nodes upload again what came after it; everybody signs in anew. "
                + "Look at 'fieldnode users list': who was removed since is there again.\n\nExample:\n  fieldnode restore monday.db "
                + "--data restored-data --key site-data.key",
            "校验备份后据此建立新的数据目录。备份之后的记录由节点重新上传；所有人须重新登录。请查看 'fieldnode users list'：此后删除的账户会重新出现。\n\n示例：\n  fieldnode restore monday.db "
                + "--data restored-data --key site-data.key")) { file, data, key, json };
        command.SetAction(parsed =>
            Tell(StoreBackup.Restore(parsed.GetRequiredValue(file), parsed.GetRequiredValue(data), parsed.GetValue(key)),
            parsed.GetValue(json)));
        return command;
    }

    public static Command Verify()
    {
        var data = Options.Data();
        var json = Options.Json();
        var command = new Command("verify", Say.In(
            "Recomputes everything from the stored batches and compares: records, gaps, conflicts and every answer. Nodes may go on "
                + "uploading; it needs as much disk as the data. Exit 4 when something differs.\n\nExample:\n  fieldnode verify --data "
                + "site-data",
            "由已存批次重新计算一切并比较：记录、缺口、冲突与所有答案。节点可继续上传；需要与数据相当的磁盘空间。不一致时退出码为 4。\n\n示例：\n  fieldnode verify --data site-data")) { data, json };
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
                    + $"{difference.OnlyStored} rows only stored, {difference.OnlyRecomputed} only recomputed",
                    $"{difference.Table}：仅存储 {difference.OnlyStored} 行，仅重算 {difference.OnlyRecomputed} 行")));
                Say.Talk(result.IsRight
                    ? Say.In($"{result.Records} records in {result.Batches} batches: everything is as recomputed",
                        $"{result.Batches} 个批次 {result.Records} 条记录：与重算结果一致")
                    : Say.In($"NOT as recomputed: {result.DamagedBatches} damaged batches, database {result.Integrity}",
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
        var to = new Option<string>("--to") { Description = Say.In("Address of an empty PostgreSQL database", "空的 PostgreSQL 数据库地址"), HelpName = "URL", Required = true };
        var json = Options.Json();
        var migrate = new Command("migrate", Say.In(
            "Moves a host from its data directory's file into a database that several hosts may share, while nodes go on uploading. At "
                + "the end the old store takes nothing more: nodes keep their records until a host serves the new one. Run again, it goes "
                + "on where it was broken off.\n\nExample:\n  fieldnode store migrate --data site-data --to "
                + "postgres://fieldnode@db.example/fieldnode",
            "把主机从数据目录的文件迁入多台主机可共用的数据库，期间节点可继续上传。结束后旧存储不再接收：在新主机提供服务前，节点保留记录。中断后再次运行可继续。\n\n示例：\n  fieldnode store migrate --data "
                + "site-data --to postgres://fieldnode@db.example/fieldnode")) { data, to, json };
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

            Say.Talk(Say.In(
                $"Host {result.HostId}: {result.Batches} batches are in the database. Stop the old serve; then: fieldnode serve --data "
                    + $"{directory} --store {result.To}",
                $"主机 {result.HostId}：{result.Batches} 个批次已入库。请停止旧的 serve，然后：fieldnode serve --data {directory} --store {result.To}"));
            return Task.FromResult(ExitCode.Done);
        });
        return new Command("store", Say.In("Moves the host's data to another kind of store.", "把主机数据迁到另一种存储。")) { migrate };
    }

    private static int Tell(BackupResult result, bool json)
    {
        if (json)
        {
            Present.Json(result);
        }

        Say.Talk(Say.In($"{result.Path}: host {result.HostId}, {result.Batches} batches, {result.Records} records, {result.Bytes} bytes; "
            + $"checked", $"{result.Path}：主机 {result.HostId}，{result.Batches} 个批次，{result.Records} 条记录，{result.Bytes} 字节；已校验"));
        return ExitCode.Done;
    }

    private static T Watched<T>(string what, Func<Action<int, int>?, T> run)
        where T : class
    {
        if (!Terminal.IsWatched)
        {
            return run(null);
        }

        T? result = null;
        Spectre.Console.AnsiConsoleExtensions.Progress(Terminal.Talk).Start(context =>
        {
            var bar = context.AddTask(what);
            result = run((done, total) => (bar.MaxValue, bar.Value) = (Math.Max(1, total), done));
        });
        return result!;
    }
}
