using FieldNode.Protocol;

namespace FieldNode.Core.Screens
{
    /// <summary>Every word a screen shows, Chinese and English side by side. A character without a glyph fails a test.</summary>
    public static class ScreenWords
    {
        public const byte English = 0;
        public const byte Chinese = 1;

        public const int Queue = 0;
        public const int Done = 1;
        public const int Unsent = 2;
        public const int ScanTube = 3;
        public const int Full = 4;
        public const int Seal = 5;
        public const int Undone = 6;
        public const int Training = 7;
        public const int NearlyFull = 8;
        public const int HostRefuses = 9;
        public const int CallTechnician = 10;
        public const int FlashFault = 11;
        public const int AlreadySampled = 12;
        public const int TubeElsewhere = 13;
        public const int LaneWord = 14;
        public const int NewNode = 15;
        public const int ScanCard = 16;
        public const int CardRead = 17;
        public const int SelfTest = 18;
        public const int SafeMode = 19;
        public const int NoFlash = 20;
        public const int OtherLog = 21;
        public const int NotALog = 22;
        public const int WrongPassword = 23;
        public const int BatteryLow = 24;

        public const int HostUntrusted = 25;

        /// <summary>The first of <see cref="NodePart"/>'s names.</summary>
        public const int FirstPart = 26;

        /// <summary>Characters of which lanes' names are made, besides ASCII: they have glyphs too.</summary>
        public const string LaneLetters = "一二三四五六七八九十号道东南西北门区栋楼车";

        private static readonly string[] s_english =
        {
            "queue", "done", "unsent", "SCAN TUBE", "FULL", "SEAL", "UNDONE", "TRAIN", "log >90%", "host: no", "call technician", "FLASH FAULT",
            "ALREADY DONE", "TUBE ELSEWHERE", "lane", "NEW NODE", "scan node card", "CARD READ", "SELF-TEST", "SAFE", "NO FLASH", "OTHER NODE'S LOG",
            "NO LOG ON FLASH", "Wi-Fi password", "battery low", "host: false", "flash", "scanner", "screen", "Wi-Fi", "clock", "battery",
        };

        private static readonly string[] s_chinese =
        {
            "排队", "已采", "未传", "扫试管", "满", "封袋", "已撤销", "训练", "存储>90%", "主机拒绝", "找技术员", "存储故障",
            "已采过", "试管在别道", "道", "新节点", "请扫登记卡", "卡已读", "自检", "安全模式", "无存储芯片", "他机的记录",
            "存储非记录", "无线密码错", "电量低", "主机有假", "存储", "扫码", "屏幕", "无线", "时钟", "电池",
        };

        private static readonly string[] s_refusedEnglish =
        {
            "", "UNKNOWN CODE", "UNKNOWN CARD", "CHECK DIGIT", "NO TUBE", "GROUP FULL", "ALREADY IN", "TUBE OPEN", "WHY EARLY?", "NOTHING TO UNDO",
            "CODE TOO LONG", "SCAN AGAIN", "LOG FULL", "FLASH FAULT", "TUBE USED", "CARD DAMAGED", "OTHER NODE", "SCANNER NOT SET",
        };

        private static readonly string[] s_refusedChinese =
        {
            "", "未知码", "未知卡", "号码有误", "先扫试管", "本组已满", "已在本管", "试管未满", "提前原因?", "无可撤销",
            "码太长", "请再扫", "存储已满", "存储故障", "试管已用", "卡已损坏", "他机的卡", "扫码头未设",
        };

        public static string Of(int word, byte language)
        {
            return language == Chinese ? s_chinese[word] : s_english[word];
        }

        /// <summary>
        /// The word for a host that is there but not ours; -1 else: one that is merely away shows as the crossed link, and the number of
        /// unsent records is what counts then.
        /// </summary>
        public static int HostTrouble(byte hostState)
        {
            return hostState == PartState.Refused ? HostRefuses : hostState == PartState.Untrusted ? HostUntrusted : -1;
        }

        public static int Count { get { return s_english.Length; } }

        /// <summary>The reason for a refusal, in two or three words.</summary>
        public static string OfRefusal(byte reason, byte language)
        {
            string[] words = language == Chinese ? s_refusedChinese : s_refusedEnglish;
            return reason <= Refusal.Last ? words[reason] : "";
        }
    }
}
