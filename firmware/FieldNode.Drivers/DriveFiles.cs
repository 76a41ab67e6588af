using System.IO;

namespace FieldNode.Drivers
{
    /// <summary>Segment files in a directory of the internal drive (<c>I:\</c>) or of a computer. Each write opens, writes and closes the
    /// file: Flush does not commit.</summary>
    public sealed class DriveFiles : ISegmentDrive
    {
        private const byte Erased = 0xFF;

        private readonly string _directory;

        /// <param name="directory">An existing directory, with a trailing separator.</param>
        public DriveFiles(string directory)
        {
            _directory = directory;
        }

        public int Length(int segment)
        {
            try
            {
                string path = PathOf(segment);
                if (!File.Exists(path))
                {
                    return 0;
                }

                using (FileStream file = new FileStream(path, FileMode.Open, FileAccess.Read))
                {
                    return (int)file.Length;
                }
            }
            catch (IOException)
            {
                return -1;
            }
        }

        public bool Read(int segment, int position, byte[] buffer, int offset, int count)
        {
            try
            {
                using (FileStream file = new FileStream(PathOf(segment), FileMode.Open, FileAccess.Read))
                {
                    file.Seek(position, SeekOrigin.Begin);
                    int read = 1;
                    while (count > 0 && read > 0)
                    {
                        read = file.Read(buffer, offset, count);
                        offset += read;
                        count -= read;
                    }

                    return count == 0;
                }
            }
            catch (IOException)
            {
                return false;
            }
        }

        public bool Write(int segment, int position, byte[] buffer, int offset, int count)
        {
            try
            {
                using (FileStream file = new FileStream(PathOf(segment), FileMode.OpenOrCreate, FileAccess.ReadWrite))
                {
                    int end = (int)file.Length;
                    file.Seek(end < position ? end : position, SeekOrigin.Begin);
                    for (; end < position; end++)
                    {
                        file.WriteByte(Erased);
                    }

                    file.Write(buffer, offset, count);
                }

                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }

        public bool Delete(int segment)
        {
            try
            {
                string path = PathOf(segment);
                if (File.Exists(path))
                {
                    File.Delete(path);
                }

                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }

        private string PathOf(int segment)
        {
            return _directory + segment.ToString("D4") + ".seg";
        }
    }
}
