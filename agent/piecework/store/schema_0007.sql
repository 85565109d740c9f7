-- Version 7: arrivals of one platform are asked for, twelve weeks of them, by the forecast.
CREATE INDEX arrival_platform ON arrival (platform, first_seen_us, kind, gap_before_us);
