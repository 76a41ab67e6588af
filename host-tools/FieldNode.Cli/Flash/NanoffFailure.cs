namespace FieldNode.Cli.Flash;

/// <summary>Explains nanoff's exit codes to a technician: what each means, and what to do (nanoFirmwareFlasher, ExitCodes).</summary>
internal static class NanoffFailure
{
    public static (string English, string Chinese) Explain(int exit)
    {
        return exit switch
        {
            4000 => ("the chip did not answer: use a data cable, hold BOOT while it connects, close other programs that use the port",
                "芯片无应答：使用数据线，连接时按住 BOOT，关闭占用串口的程序"),
            4001 => ("the runtime does not support the size of the module's flash: it must be 4, 8 or 16 MB", "模块闪存容量不受支持：需要 4、8 或 16 MB"),
            4002 or 4003 or 4004 => ("the flash could not be erased, written or read: try another cable or USB port, and power the board "
                + "from USB alone; then run this again from the start", "闪存擦除、写入或读取失败：更换数据线或 USB 口，仅用 USB 供电，然后从头重试"),
            4005 or 6000 or 6002 => ("the port cannot be opened: close Visual Studio and other programs that use it; on Linux add "
                + "yourself to the group dialout", "无法打开串口：关闭 Visual Studio 等占用程序；在 Linux 上把自己加入 dialout 组"),
            7000 => ("the runtime does not support this chip: see --chip", "运行时不支持此芯片：请看 --chip"),
            9000 => ($"nanoff does not accept these options: update it with {Nanoff.Update}", $"nanoff 不接受这些选项：请更新 {Nanoff.Update}"),
            9005 => ("there is no such runtime online: check --target and --runtime", "网上没有这个运行时：请检查 --target 与 --runtime"),
            9006 or 9007 => ("the runtime could not be downloaded: check the network, or give --archive a folder made with nanoff "
                + "--updatearchive", "运行时下载失败：检查网络，或用 --archive 指定由 nanoff --updatearchive 生成的目录"),
            9008 => ("nanoff does not find the application file: give --image a path without spaces", "nanoff 找不到应用文件：--image 路径请不含空格"),
            9009 => ("nanoff refuses the address: report it, with nanoff's version", "nanoff 拒绝该地址：请连同 nanoff 版本一起报告"),
            9010 => ("no device is connected: plug it in, and look for its port with nanoff --listports",
                "没有连接设备：请插上，并用 nanoff --listports 查看串口"),
            9015 => ("the archive does not contain this runtime: add it with nanoff --updatearchive",
                "归档中没有这个运行时：请用 nanoff --updatearchive 补充"),
            _ => ("see nanoff's output above; the board is not damaged: run this again from the start",
                "详见上方 nanoff 输出；板子不会损坏：请从头重试"),
        };
    }
}
