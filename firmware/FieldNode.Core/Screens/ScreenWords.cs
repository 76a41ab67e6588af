using FieldNode.Protocol;
using FieldNode.Protocol.Records;

namespace FieldNode.Core.Screens
{
    /// <summary>Every word a screen shows, English and Chinese side by side. A character without a glyph fails a test.</summary>
    public static class ScreenWords
    {
        public const byte English = 0;
        public const byte Chinese = 1;

        public const int Queue = 0;
        public const int Done = 1;
        public const int ScanTube = 2;
        public const int Full = 3;
        public const int Seal = 4;
        public const int Undone = 5;
        public const int Training = 6;
        public const int NearlyFull = 7;
        public const int HostRefuses = 8;
        public const int CallTechnician = 9;
        public const int FlashFault = 10;
        public const int AlreadySampled = 11;
        public const int TubeElsewhere = 12;
        public const int LaneWord = 13;
        public const int NewNode = 14;
        public const int ScanCard = 15;
        public const int CardRead = 16;
        public const int SelfTest = 17;
        public const int SafeMode = 18;
        public const int NoFlash = 19;
        public const int OtherLog = 20;
        public const int NotALog = 21;
        public const int WrongPassword = 22;
        public const int BatteryLow = 23;
        public const int HostUntrusted = 24;

        /// <summary>The first of <see cref="NodePart"/>'s names.</summary>
        public const int FirstPart = 25;

        public const int Size = 31;
        public const int Round = 32;
        public const int Shift = 33;
        public const int Target = 34;
        public const int LaneFixed = 35;
        public const int LaneGreen = 36;
        public const int CategoryWord = 37;
        public const int NextPerson = 38;
        public const int Badge = 39;
        public const int Home = 40;
        public const int Stop = 41;
        public const int PlaceDone = 42;
        public const int Here = 43;
        public const int Bag = 44;
        public const int Tubes = 45;
        public const int People = 46;
        public const int Swabs = 47;
        public const int PackTubes = 48;
        public const int Sealed = 49;
        public const int HandedOver = 50;
        public const int ScanAgain = 51;
        public const int AgainSamples = 52;
        public const int NotOurTube = 53;
        public const int AgainPacks = 54;
        public const int AgainSeals = 55;
        public const int ReceiverBadge = 56;
        public const int ScanPerson = 57;
        public const int Temperature = 58;
        public const int Isolation = 59;
        public const int NextPeople = 60;
        public const int Pace = 61;
        public const int Wait = 62;
        public const int Finish = 63;
        public const int Score = 64;
        public const int NotListed = 65;
        public const int Missing = 66;
        public const int HomeComplete = 67;
        public const int TubeAge = 68;
        public const int TubeTooOld = 69;
        public const int GreenSign = 70;
        public const int TrainingOver = 71;
        public const int Unsent = 72;
        public const int NeedsNewCard = 73;

        public const int Listed = 74;

        /// <summary>The first of <see cref="Protocol.Category"/>'s.</summary>
        public const int FirstCategory = 75;

        /// <summary>Characters of which lanes' names are made, besides ASCII: they have glyphs too.</summary>
        public const string LaneLetters = "一二三四五六七八九十号道东南西北门区栋楼车";

        private static readonly string[] s_words =
        {
            "queue", "排队", "done", "已采", "SCAN TUBE", "扫试管", "FULL", "满", "SEAL", "封袋", "UNDONE", "已撤销", "TRAIN", "训练",
            "log >90%", "存储>90%", "host refuses", "主机拒绝", "call technician", "找技术员", "FLASH FAULT", "存储故障", "ALREADY DONE", "已采过",
            "TUBE ELSEWHERE", "试管在别道", "lane", "道", "NEW NODE", "新节点", "scan node card", "请扫登记卡", "CARD READ", "卡已读",
            "SELF-TEST", "自检", "SAFE", "安全", "NO FLASH", "无存储芯片", "OTHER NODE'S LOG", "他机的记录", "NO LOG ON FLASH", "存储非记录",
            "Wi-Fi password", "无线密码错", "battery low", "电量低", "host untrusted", "主机不可信", "flash", "存储", "scanner", "扫码", "screen", "屏幕",
            "Wi-Fi", "无线", "clock", "时钟", "battery", "电池",
            "size", "每管", "round", "轮次", "shift", "班次", "target", "目标", "FIXED LANE", "固定通道", "GREEN LANE", "绿色通道",
            "category", "类别", "next:", "下一位", "badge", "工牌", "home", "户", "stop", "点", "PLACE DONE", "本处完成", "here", "本处",
            "bag", "袋", "tubes", "管", "people", "人", "swabs", "拭子", "SCAN TUBES IN", "扫试管装袋", "SEALED", "已封袋", "HANDED OVER", "已交接",
            "SCAN AGAIN", "再扫一次", "AGAIN = SAMPLE", "再扫则采", "NOT OUR TUBE", "非本道试管", "AGAIN = PACK", "再扫则装袋",
            "AGREE? SEAL", "三数一致再扫封袋", "RECEIVER'S BADGE", "扫接收人工牌", "SCAN THE PERSON", "扫此人证件", "FEVER", "体温高", "ISOLATE", "隔离",
            "NEXT", "请下一组", "pace", "速度", "wait", "等候", "end", "预计", "RESULT", "训练成绩", "OFF LIST", "不在名单", "missing", "本户缺",
            "home done", "本户已齐", "tube", "管龄", "TUBE OVER 4 h", "试管超4小时", "G", "绿", "TRAINING OVER", "训练结束", "unsent", "未传", "needs new card", "请扫新卡",
            "ON LIST", "在名单",
            "ALL", "普通", "ELDER", "老人", "DISAB", "残障", "PREGN", "孕妇", "CHILD", "儿童", "PUPIL", "学生", "MEDIC", "医护", "KEY", "重点", "BACK", "返乡",
        };

        private static readonly string[] s_refusals =
        {
            "", "", "UNKNOWN CODE", "未知码", "UNKNOWN CARD", "未知卡", "CHECK DIGIT", "号码有误", "NO TUBE", "先扫试管", "GROUP FULL", "本组已满",
            "ALREADY IN", "已在本管", "CLOSE TUBE FIRST", "先封试管", "WHY EARLY?", "提前原因?", "NOTHING TO UNDO", "无可撤销", "CODE TOO LONG", "码太长",
            "SCAN AGAIN", "请再扫", "LOG FULL", "存储已满", "FLASH FAULT", "存储故障", "TUBE USED", "试管已用", "CARD DAMAGED", "卡已损坏",
            "OTHER NODE", "他机的卡", "SCANNER NOT SET", "扫码头未设", "WHICH CATEGORY?", "先扫类别卡", "CATEGORY OFF", "本道无此类", "NO PLACE OPEN", "未开户或点",
            "BAG OPEN", "袋未封", "NO BAG", "先扫袋", "BAG USED", "袋已用", "BAG EMPTY", "袋中无管", "TUBE IN A BAG", "试管已装袋", "NOT SEALED", "未封不可交",
            "BADGE FIRST", "先扫工牌", "SAME BADGE", "交接同一人", "HAND OVER FIRST", "先交接", "NOBODY WAITING", "无人排队", "PLACE OPEN", "本处未完成", "TUBE DAMAGED", "试管已损坏",
        };

        public static string Of(int word, byte language)
        {
            return s_words[word * 2 + language];
        }

        /// <summary>
        /// The word for a host that is there but not ours; -1 else: one that is merely away shows as the crossed link, and the number of
        /// unsent records is what counts then.
        /// </summary>
        public static int HostTrouble(byte hostState)
        {
            switch (hostState)
            {
                case PartState.Refused: return HostRefuses;
                case PartState.Untrusted: return HostUntrusted;
                case PartState.Unreadable: return NeedsNewCard;
                default: return -1;
            }
        }

        /// <summary>The word for a reason to turn somebody away.</summary>
        public static int OfTurnedAway(int reason)
        {
            return reason == TurnedAway.Isolation ? Isolation : Temperature;
        }

        public static int Count { get { return s_words.Length / 2; } }

        /// <summary>The reason for a refusal, in two or three words.</summary>
        public static string OfRefusal(byte reason, byte language)
        {
            return reason <= Refusal.Last ? s_refusals[reason * 2 + language] : "";
        }

        /// <summary>A category's name.</summary>
        public static string OfCategory(int category, byte language)
        {
            return category <= Category.Last ? Of(FirstCategory + category, language) : "?";
        }
    }
}
