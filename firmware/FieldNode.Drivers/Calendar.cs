namespace FieldNode.Drivers
{
    /// <summary>Converts between days since 1970-01-01 and Gregorian dates. The platform's DateTime is not used: it throws outside its
    /// range.</summary>
    internal static class Calendar
    {
        public static int DaysTo(int year, int month, int day)
        {
            int before = year - 1;
            int days = before * 365 + before / 4 - before / 100 + before / 400 - 719162;
            for (int m = 1; m < month; m++)
            {
                days += DaysIn(year, m);
            }

            return days + day - 1;
        }

        public static void DateOf(int days, out int year, out int month, out int day)
        {
            year = 1970;
            while (days >= DaysTo(year + 1, 1, 1))
            {
                year++;
            }

            month = 1;
            int rest = days - DaysTo(year, 1, 1);
            while (rest >= DaysIn(year, month))
            {
                rest -= DaysIn(year, month);
                month++;
            }

            day = rest + 1;
        }

        private static int DaysIn(int year, int month)
        {
            if (month == 2)
            {
                return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            }

            return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
        }
    }
}
