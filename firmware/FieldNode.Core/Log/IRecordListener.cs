namespace FieldNode.Core.Log
{
    /// <summary>Notified of each record after it is written to flash, whatever appended it.</summary>
    internal interface IRecordListener
    {
        /// <param name="frame">The record's frame, from its first byte on; valid until the next record.</param>
        void Appended(uint sequence, byte[] frame);
    }
}
