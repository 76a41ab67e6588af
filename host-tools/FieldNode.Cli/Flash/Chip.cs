using FieldNode.Log;

namespace FieldNode.Cli.Flash;

/// <summary>
/// A supported chip: nanoff's names for its runtimes, and the address of the application in its flash. Without PSRAM the runtime has at
/// most 112 KiB of managed memory, too little to start the program (docs/decisions/0019-a-module-with-psram.md). On the classic ESP32
/// nanoff's default address, 0x1B0000, is wrong: an application there never loads (nanoframework/Home #1835, seen with nanoff 2.5.162), so
/// the address is always given.
/// </summary>
/// <param name="Targets">nanoff's names for this chip's runtimes with PSRAM, the default first (nf-interpreter, README and CMakePresets of
/// July 2026).</param>
/// <param name="Address">Start of the deploy partition.</param>
/// <param name="ApplicationBytesMax">Size of the deploy partition on a module with 4 MB of flash.</param>
internal sealed record Chip(string Name, string[] Targets, int Address, int ApplicationBytesMax)
{
    private const int DeployBytes = 1792 * 1024;

    // Published runtimes without PSRAM support.
    private static readonly string[] s_small =
        ["ESP32_REV0", "ESP32_REV3", "ESP32_BLE_REV0", "ESP32_GenericDisplay_REV0", "ESP32_PICO", "ESP32_C3", "ESP32_C6_THREAD",
            "ESP32_H2_THREAD", "M5Core", "M5StickC", "M5StickCPlus"];

    public static readonly Chip[] All =
    [
        new("esp32-psram", ["ESP32_PSRAM_REV3", "ESP32_PSRAM_REV0", "ESP32_BLE_REV3", "ESP32_PSRAM_BLE_GenericGraphic_REV3",
            "ESP32_PSRAM_REV3_IPV6", "ESP_WROVER_KIT"], 0x1E0000, DeployBytes),
        new("esp32-s3", ["ESP32_S3_OCTAL", "ESP32_S3_QUAD"], 0x1B0000, DeployBytes),
    ];

    /// <summary>The runtime to write.</summary>
    /// <param name="wanted">Null for the default runtime.</param>
    /// <exception cref="HostFault">This chip has no runtime of that name, or the runtime does not support PSRAM.</exception>
    public string Target(string? wanted)
    {
        if (wanted is null || Targets.Contains(wanted))
        {
            return wanted ?? Targets[0];
        }

        var there = string.Join(", ", Targets);
        throw s_small.Contains(wanted)
            ? new HostFault("no-psram", ExitCode.Usage,
                $"--target {wanted} does not support PSRAM: too little memory for the program; for {Name} use {there}",
                $"--target {wanted} 不支持 PSRAM，内存不足以运行程序；{Name} 可用：{there}")
            : new HostFault("no-target", ExitCode.Usage, $"--target {wanted} does not exist for {Name}; use {there}",
                $"{Name} 没有运行时 {wanted}；可用：{there}");
    }
}
