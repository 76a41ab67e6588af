namespace FieldNode.Drivers
{
    /// <summary>A drive with one file per sector of a ring. On the device's LittleFS only closing a file commits it.</summary>
    public interface ISegmentDrive
    {
        /// <summary>Length of a segment's file in bytes; 0 if absent, -1 if the drive fails.</summary>
        int Length(int segment);

        /// <summary>Reads bytes within the file.</summary>
        bool Read(int segment, int position, byte[] buffer, int offset, int count);

        /// <summary>Writes into the file and closes it; a gap between its end and <paramref name="position"/> is filled with 0xFF. Durable
        /// when it returns true; after a power cut the file has either its old or its new content.</summary>
        bool Write(int segment, int position, byte[] buffer, int offset, int count);

        /// <summary>Empties or removes the file, atomically.</summary>
        bool Delete(int segment);
    }
}
