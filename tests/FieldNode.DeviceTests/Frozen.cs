namespace FieldNode.DeviceTests
{
    /// <summary>What the scripts leave, on every platform: the lines of tests/fixtures/scan-script.txt and ring-script.txt, which a test compares.</summary>
    public static class Frozen
    {
        public const string Scan = "image F99CBEB9, screens BC9A6E9B, records 560, people 400";
        public const string Ring = "ring image EE0C4FCA, records 100000, not acknowledged 0";
    }
}
