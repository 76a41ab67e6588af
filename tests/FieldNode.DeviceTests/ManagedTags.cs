using FieldNode.Protocol;

namespace FieldNode.DeviceTests
{
    /// <summary>
    /// HMAC-SHA256 (RFC 2104, FIPS 180-4) in plain C#, for the runtime on Linux, which has none. It is slow; it serves to compare bytes and
    /// to bound the cost of a seal. A device uses the platform's.
    /// </summary>
    public sealed class ManagedTags : ITags
    {
        private const int BlockBytes = 64;
        private const int HashBytes = 32;

        private static readonly uint[] s_constants = MakeConstants();
        private static readonly uint[] s_start =
        {
            0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
        };

        private readonly uint[] _state = new uint[8];
        private readonly uint[] _words = new uint[64];
        private readonly byte[] _block = new byte[BlockBytes];
        private readonly byte[] _inner = new byte[HashBytes];

        private int _count;
        private int _total;

        public void Compute(byte[] key, byte[] buffer, int offset, int count, byte[] tag, int tagOffset)
        {
            Begin(key, 0x36);
            Add(buffer, offset, count);
            Finish(_inner, 0);
            Begin(key, 0x5C);
            Add(_inner, 0, HashBytes);
            Finish(tag, tagOffset);
        }

        // Keys here are no longer than a block.
        private void Begin(byte[] key, byte pad)
        {
            System.Array.Copy(s_start, _state, 8);
            _count = 0;
            _total = 0;
            for (int i = 0; i < BlockBytes; i++)
            {
                AddByte((byte)((i < key.Length ? key[i] : 0) ^ pad));
            }
        }

        private void Add(byte[] buffer, int offset, int count)
        {
            for (int i = 0; i < count; i++)
            {
                AddByte(buffer[offset + i]);
            }
        }

        private void AddByte(byte value)
        {
            _block[_count++] = value;
            _total++;
            if (_count == BlockBytes)
            {
                Compress();
                _count = 0;
            }
        }

        private void Finish(byte[] hash, int offset)
        {
            int bits = _total * 8;
            AddByte(0x80);
            while (_count != BlockBytes - 4)
            {
                AddByte(0);
            }

            for (int i = 24; i >= 0; i -= 8)
            {
                AddByte((byte)(bits >> i));
            }

            for (int i = 0; i < HashBytes; i++)
            {
                hash[offset + i] = (byte)(_state[i / 4] >> (24 - i % 4 * 8));
            }
        }

        private void Compress()
        {
            for (int i = 0; i < 16; i++)
            {
                _words[i] = (uint)(_block[4 * i] << 24 | _block[4 * i + 1] << 16 | _block[4 * i + 2] << 8 | _block[4 * i + 3]);
            }

            for (int i = 16; i < 64; i++)
            {
                uint w15 = _words[i - 15];
                uint w2 = _words[i - 2];
                uint s0 = (w15 >> 7 | w15 << 25) ^ (w15 >> 18 | w15 << 14) ^ w15 >> 3;
                uint s1 = (w2 >> 17 | w2 << 15) ^ (w2 >> 19 | w2 << 13) ^ w2 >> 10;
                _words[i] = _words[i - 16] + s0 + _words[i - 7] + s1;
            }

            uint a = _state[0], b = _state[1], c = _state[2], d = _state[3], e = _state[4], f = _state[5], g = _state[6], h = _state[7];
            for (int i = 0; i < 64; i++)
            {
                uint s1 = (e >> 6 | e << 26) ^ (e >> 11 | e << 21) ^ (e >> 25 | e << 7);
                uint first = h + s1 + ((e & f) ^ (~e & g)) + s_constants[i] + _words[i];
                uint s0 = (a >> 2 | a << 30) ^ (a >> 13 | a << 19) ^ (a >> 22 | a << 10);
                uint second = s0 + ((a & b) ^ (a & c) ^ (b & c));
                h = g;
                g = f;
                f = e;
                e = d + first;
                d = c;
                c = b;
                b = a;
                a = first + second;
            }

            _state[0] += a;
            _state[1] += b;
            _state[2] += c;
            _state[3] += d;
            _state[4] += e;
            _state[5] += f;
            _state[6] += g;
            _state[7] += h;
        }

        // The first 32 bits of the fractional parts of the cube roots of the first 64 primes, computed with integers only, because this
        // platform's floating point may be inexact.
        private static uint[] MakeConstants()
        {
            uint[] constants = new uint[64];
            int prime = 1;
            for (int i = 0; i < 64; i++)
            {
                prime = NextPrime(prime);
                constants[i] = CubeRootFraction((uint)prime);
            }

            return constants;
        }

        private static int NextPrime(int after)
        {
            for (int candidate = after + 1; ; candidate++)
            {
                bool isPrime = true;
                for (int i = 2; i * i <= candidate && isPrime; i++)
                {
                    isPrime = candidate % i != 0;
                }

                if (isPrime)
                {
                    return candidate;
                }
            }
        }

        // The largest r with r^3 <= prime * 2^96, found bit by bit from the top; its low 32 bits are the fraction.
        private static uint CubeRootFraction(uint prime)
        {
            ulong root = 0;
            for (int bit = 34; bit >= 0; bit--)
            {
                ulong candidate = root | 1UL << bit;
                if (CubeFits(candidate, prime))
                {
                    root = candidate;
                }
            }

            return (uint)root;
        }

        // Whether r^3 <= prime * 2^96, for r below 2^35, computed in four words of 32 bits.
        private static bool CubeFits(ulong r, uint prime)
        {
            uint[] square = Multiply(new uint[] { (uint)r, (uint)(r >> 32), 0, 0 }, r);
            uint[] cube = Multiply(square, r);
            return cube[3] < prime || (cube[3] == prime && (cube[0] | cube[1] | cube[2]) == 0);
        }

        private static uint[] Multiply(uint[] number, ulong factor)
        {
            uint[] product = new uint[4];
            for (int part = 0; part < 2; part++)
            {
                uint by = (uint)(factor >> 32 * part);
                ulong carry = 0;
                for (int i = 0; i + part < 4; i++)
                {
                    carry += (ulong)number[i] * by + product[i + part];
                    product[i + part] = (uint)carry;
                    carry >>= 32;
                }
            }

            return product;
        }
    }
}
