#pragma once

#include "core/vault/Database.h"

#include <QObject>
#include <QPointer>
#include <QThread>

#include <atomic>
#include <filesystem>

namespace countersign {

/// Why this class exists: no query may run on the GUI thread. It owns a thread with a read-only connection
/// and answers through the event loop of the thread that made it. Questions are answered in order; answers
/// for contexts that are gone are dropped. Its end waits for the running query only.
class ProfileReader : public QObject
{
    Q_OBJECT

public:
    explicit ProfileReader(std::filesystem::path databaseFile, QObject* parent = nullptr);
    ~ProfileReader() override;

    /// work: Result<T>(Database&), on the reader's thread; done: void(Result<T>), here. The file is opened by
    /// the first question, and again by the next one as long as it cannot be opened.
    template <typename Work, typename Done>
    void query(QObject* context, Work work, Done done)
    {
        using Answer = std::invoke_result_t<Work, Database&>;
        ++m_pending;
        post([this, guard = QPointer<QObject>(context), work = std::move(work),
              done = std::move(done)]() mutable {
            auto answer = std::make_shared<Answer>(answerOf<Answer>(work));
            QMetaObject::invokeMethod(
                this,
                [this, guard, answer, done = std::move(done)]() mutable {
                    --m_pending;
                    if (guard) {
                        done(std::move(*answer));
                    }
                },
                Qt::QueuedConnection);
        });
    }

    /// No question is waiting for its answer.
    bool isIdle() const { return m_pending == 0; }

private:
    void post(std::function<void()> job);
    Result<Database*> database();

    template <typename Answer, typename Work>
    Answer answerOf(Work& work)
    {
        if (m_stopping) {
            return failure(ErrorCode::Cancelled, {});
        }
        const auto opened = database();
        if (!opened) {
            return failure(opened.error());
        }
        return attempt([&] { return work(**opened); });
    }

    std::filesystem::path m_file;
    QThread m_thread;
    QObject* m_worker;
    std::unique_ptr<Database> m_database;  ///< touched on the reader's thread only
    std::atomic<bool> m_stopping = false;
    int m_pending = 0;
};

}  // namespace countersign
