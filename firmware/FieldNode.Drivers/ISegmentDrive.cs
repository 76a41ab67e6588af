namespace FieldNode.Drivers
{
    /// <summary>A drive that keeps one file for each sector of a ring. On the device's LittleFS only closing a file commits it.</summary>
    public interface ISegmentDrive
    {
        /// <summary>Bytes of a segment's file; 0 when there is none, -1 when the drive fails.</summary>
        int Length(int segment);

        /// <summary>Reads bytes that lie within the file.</summary>
        bool Read(int segment, int position, byte[] buffer, int offset, int count);

        /// <summary>Writes into the file and closes it; what lies between its end and <paramref name="position"/> becomes 0xFF. Durable
        /// when it returns true; after a power cut the file is as before, or as after.</summary>
        bool Write(int segment, int position, byte[] buffer, int offset, int count);

        /// <summary>Makes the file empty or removes it, whole or not at all.</summary>
        bool Delete(int segment);
    }
}
