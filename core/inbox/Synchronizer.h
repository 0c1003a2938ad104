#pragma once

#include "core/inbox/Feed.h"
#include "core/inbox/Ingestor.h"

#include <QElapsedTimer>
#include <QTimer>

namespace countersign {

/// Why this class exists: keeps a profile and its feed together: fetch, ingest, fetch again; waits longer
/// after each failure (1 s to 60 s, with jitter) and says at any time how things stand. Lives on the thread
/// of its Ingestor and its source (a worker in the console).
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
    /// drain() only; the sum of all pages, or the error that ended it.
    void finished(const countersign::Result<countersign::IngestReport>& total);

private:
    enum class Mode { Idle, Following, Draining };
    enum class Note { None, Contact, Failure };
    static constexpr int maxBusyInARow = 10;

    void start(Mode mode);
    void begin();
    void next(int waitSeconds);
    void ingest(const FeedPage& page);
    void onPage(const FeedPage& page);
    void onFailed(const Error& error);
    void giveUpOrWait(const Error& error);
    void noteContact();
    void noteFailure(const Error& error);

    RelaySource& m_source;
    Ingestor& m_ingestor;
    QTimer m_retry;
    QElapsedTimer m_sinceNote;
    Mode m_mode = Mode::Idle;
    Note m_lastNote = Note::None;
    int m_failures = 0;
    bool m_fetching = false;
    std::int64_t m_after = 0;
    IngestReport m_total;
};

}  // namespace countersign
