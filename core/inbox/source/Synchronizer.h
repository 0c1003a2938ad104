#pragma once

#include "core/inbox/Ingestor.h"
#include "core/inbox/source/Feed.h"

#include <QElapsedTimer>
#include <QTimer>

namespace countersign {

/// The polling loop that keeps a profile and its feed together: fetch, ingest, fetch again. It waits longer
/// after each failure (1 s to 60 s, with jitter) and says at any time how things stand. A relay that answers
/// its long polls at once with nothing is asked less and less often, down to every 5 s. A feed that turns out
/// to be another (a replaced or restored database) is read from its start, once in a drain and once in ten
/// minutes else, so that a relay which always says so gets nothing out of it. Lives on the thread of its
/// Ingestor and its source (a worker in the console).
class Synchronizer : public QObject
{
    Q_OBJECT

public:
    /// Both must outlive it.
    Synchronizer(RelaySource& source, Ingestor& ingestor, QObject* parent = nullptr);

    /// Long-polls until stop().
    void follow();
    /// Fetches without waiting until nothing is new, then finished().
    void drain();
    void stop();

Q_SIGNALS:
    /// After each page that was written.
    void pageIngested(const countersign::IngestReport& page);
    /// After each answer of the relay, empty ones too.
    void contacted();
    void failed(const countersign::Error& error);
    /// What the operator should know although nothing failed: the feed is read from its start, or entries
    /// were removed before they were read.
    void noticed(const countersign::Error& notice);
    /// drain() only; the sum of all pages, or the error that ended it.
    void finished(const countersign::Result<countersign::IngestReport>& total);

private:
    enum class Mode { Idle, Following, Draining };
    enum class Note { None, Contact, Failure };
    static constexpr int maxBusyInARow = 10;
    static constexpr qint64 startOverEveryMs = 600'000;
    static constexpr qint64 firstFloorMs = 500;
    static constexpr qint64 lastFloorMs = 5'000;

    void start(Mode mode);
    void begin();
    void next(int waitSeconds);
    void ingest(const FeedPage& page);
    void onPage(const FeedPage& page);
    void onNothing(const FeedPage& page);
    void pollAgain();
    void onFeedChanged(FeedChange change, const QString& detail);
    bool mayStartOver() const;
    void noticeRemoved(const FeedPage& page);
    void onFailed(const Error& error);
    void retryOrGiveUp(const Error& error);
    void giveUpOrWait(const Error& error);
    void noteContact();
    void noteFailure(const Error& error);

    RelaySource& m_source;
    Ingestor& m_ingestor;
    QTimer m_retry;
    QTimer m_floorPause;
    QElapsedTimer m_sinceAsked;
    QElapsedTimer m_sinceStartOver;  ///< invalid: it may
    QElapsedTimer m_sinceNote;
    Mode m_mode = Mode::Idle;
    Note m_lastNote = Note::None;
    int m_failures = 0;
    int m_busy = 0;
    int m_waitAsked = 0;
    qint64 m_floorMs = firstFloorMs;  ///< the least time between two long polls that bring nothing
    bool m_fetching = false;
    FeedPosition m_position;
    IngestReport m_total;
};

}  // namespace countersign
