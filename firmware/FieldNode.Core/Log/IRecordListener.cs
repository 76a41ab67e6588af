namespace FieldNode.Core.Log
{
    /// <summary>Hears of each record when it stands on the flash, whoever made it.</summary>
    internal interface IRecordListener
    {
        /// <param name="frame">The record's frame, from its first byte on; good until the next record.</param>
        void Appended(uint sequence, byte[] frame);
    }
}
