namespace FieldNode.Cli.Flash;

/// <summary>
/// A chip, its runtime's name for nanoff, and where an application lies in its flash. On the classic ESP32 nanoff's own choice, 0x1B0000, is
/// wrong: an application there never loads (nanoframework/Home #1835, seen with nanoff 2.5.162), so the address is always given.
/// </summary>
/// <param name="Target">nanoff's name of the runtime.</param>
/// <param name="Address">Where the deploy partition begins.</param>
/// <param name="ApplicationBytesMax">Its size on a module with 4 MB of flash.</param>
internal sealed record Chip(string Name, string Target, int Address, int ApplicationBytesMax)
{
    private const int DeployBytes = 1792 * 1024;

    public static readonly Chip[] All =
    [
        new("esp32", "ESP32_REV3", 0x1E0000, DeployBytes),
        new("esp32-psram", "ESP32_PSRAM_REV3", 0x1E0000, DeployBytes),
        new("esp32-s3", "ESP32_S3", 0x1B0000, DeployBytes),
        new("esp32-c3", "ESP32_C3", 0x1B0000, DeployBytes),
    ];
}
