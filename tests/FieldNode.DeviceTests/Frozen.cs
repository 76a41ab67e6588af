namespace FieldNode.DeviceTests
{
    /// <summary>
    /// Results of the scripts, the same on every platform: the lines of tests/fixtures/scan-script.txt and ring-script.txt, which a test
    /// compares.
    /// </summary>
    public static class Frozen
    {
        /// <summary>11010519491231002X as record 5 of epoch A1B2C3D4 under a key of zeros, computed by another program.</summary>
        public const string SealedCode = "B0D2EF50D9D91B3273AA97432AA41035402B";

        /// <summary>The same code in a roster's table of 7 buckets and 20 places under the key 0123456789ABCDEF, with displacement 3:
        /// bucket, place, fingerprint.</summary>
        public const string RosterPlace = "3 3 55";

        public const string Scan = "image 5F03F2D3, screens 842B851B, records 560, people 400";
        public const string Ring = "ring image 78D98E77, records 100000, not acknowledged 0";
    }
}
