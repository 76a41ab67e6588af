namespace FieldNode.Log.Database;

/// <summary>Faults of stores that this program does not open.</summary>
internal static class StoreFaults
{
    /// <summary>The tables of the store are of a later version.</summary>
    public static HostFault Newer(string name, int version)
    {
        return new HostFault("store-newer", ExitCode.Failed,
            $"{name} was written by a newer FieldNode (store version {version}, this one knows up to {Schema.Version}): use that FieldNode",
            $"{name} 由更新版本的 FieldNode 写成（存储版本 {version}，本程序最高支持 {Schema.Version}）：请使用新版本");
    }

    /// <summary>The store was moved to a database.</summary>
    public static HostFault Moved(string name)
    {
        return new HostFault("store-left", ExitCode.Refused,
            $"{name} was moved to a database by 'fieldnode store migrate': serve that database with --store; until then, "
                + "nodes keep their records",
            $"{name} 已由 'fieldnode store migrate' 迁入数据库：请用 --store 提供服务；在此之前节点保留记录");
    }
}
