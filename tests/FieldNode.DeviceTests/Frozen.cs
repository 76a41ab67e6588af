namespace FieldNode.DeviceTests
{
    /// <summary>What the scripts leave, on every platform: the lines of tests/fixtures/scan-script.txt and ring-script.txt, which a test compares.</summary>
    public static class Frozen
    {
        public const string Scan = "image F87DD2DF, screens 600FF810, records 560, people 400";
        public const string Ring = "ring image A27CD3E5, records 100000, not acknowledged 0";
    }
}
