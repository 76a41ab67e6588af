namespace FieldNode.DeviceTests
{
    /// <summary>What the scripts leave, on every platform: the lines of tests/fixtures/scan-script.txt and ring-script.txt, which a test compares.</summary>
    public static class Frozen
    {
        /// <summary>11010519491231002X as record 5 of epoch A1B2C3D4 under a key of zeros, reckoned by another program.</summary>
        public const string SealedCode = "0E92C98250117E186C0F2A77537EA447A360";

        public const string Scan = "image 5FF546AD, screens BC9A6E9B, records 560, people 400";
        public const string Ring = "ring image 2381B8B3, records 100000, not acknowledged 0";
    }
}
