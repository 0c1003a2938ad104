#pragma once

#include "core/base/ThreadCall.h"
#include "core/signing/explanation/JobExplainer.h"
#include "core/vault/database/Database.h"

#include <QObject>
#include <QPointer>
#include <QThread>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>

namespace countersign {

/// Asynchronous, read-only queries of a profile's database: no query may run on the GUI thread. It owns a
/// thread with a read-only connection and answers through the event loop of the thread that made it.
/// Questions are answered in order; answers for contexts that are gone are dropped. Its end waits for the
/// running query only.
class ProfileReader : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProfileReader)

public:
    /// explainer: of the profile's other readers, if there are some.
    explicit ProfileReader(std::filesystem::path databaseFile, QObject* parent = nullptr,
                           std::shared_ptr<JobExplainer> explainer = std::make_shared<JobExplainer>());
    ~ProfileReader() override;

    /// work: Result<T>(Database&), on the reader's thread; done: void(Result<T>), here. The file is opened by
    /// the first question, and again by the next one as long as it cannot be opened. Returns the question's
    /// number, for supersede.
    template <typename Work, typename Done>
    std::uint64_t query(QObject* context, Work work, Done done)
    {
        using Answer = std::invoke_result_t<Work, Database&>;
        ++m_pending;
        const std::uint64_t number = ++m_lastNumber;
        post([this, number, guard = QPointer<QObject>(context), work = std::move(work),
              done = std::move(done)]() mutable {
            auto answer = std::make_shared<Answer>(answerOf<Answer>(number, work));
            callOnThread(this, [this, guard, answer, done = std::move(done)]() mutable {
                --m_pending;
                if (guard) {
                    done(std::move(*answer));
                }
            });
        });
        return number;
    }

    /// Nobody wants this answer any more: the question is not begun, or its statement is interrupted. It is
    /// still answered (Cancelled, or the database's error). Numbers of answered questions are harmless.
    void supersede(std::uint64_t number);

    /// For whoever needs a connection of its own.
    const std::filesystem::path& file() const { return m_file; }

    /// For questions about jobs, which are explained where they are read.
    const std::shared_ptr<JobExplainer>& explainer() const { return m_explainer; }

    /// No question is waiting for its answer.
    bool isIdle() const { return m_pending == 0; }

private:
    void post(std::function<void()> job);
    Result<Database*> database();
    /// False when the question was superseded before it was begun.
    bool begin(std::uint64_t number);
    void end();

    template <typename Answer, typename Work>
    Answer answerOf(std::uint64_t number, Work& work)
    {
        if (m_stopping) {
            return failure(ErrorCode::Cancelled, {});
        }
        ASSIGN_OR_RETURN(const auto opened, database());
        if (!begin(number)) {
            return failure(ErrorCode::Cancelled, {});
        }
        Answer answer = attempt([&] { return work(*opened); });
        end();
        return answer;
    }

    std::filesystem::path m_file;
    QThread m_thread;
    QObject* m_worker;
    std::unique_ptr<Database> m_database;  ///< touched on the reader's thread only
    std::atomic<bool> m_stopping = false;
    int m_pending = 0;
    std::uint64_t m_lastNumber = 0;
    std::mutex m_mutex;           ///< guards what follows; m_database stays open while m_running is set
    std::uint64_t m_running = 0;  ///< 0 between questions
    std::uint64_t m_lastBegun = 0;
    std::set<std::uint64_t> m_superseded;  ///< not begun yet
    std::shared_ptr<JobExplainer> m_explainer;
};

}  // namespace countersign
