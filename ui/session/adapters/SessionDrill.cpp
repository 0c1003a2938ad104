#include "ui/session/adapters/SessionDrill.h"

#include "core/base/ThreadCall.h"
#include "core/vault/database/BackgroundWork.h"
#include "ui/session/RevocationPreview.h"
#include "ui/session/worker/MarshalToThread.h"

namespace countersign {

namespace {
constexpr std::chrono::milliseconds betweenLooks{50};
}  // namespace

SessionDrill::SessionDrill(SessionWorker& worker, const Clock& clock, QObject* parent)
    : DrillControl(parent), m_worker(worker), m_clock(clock)
{
    m_look.setInterval(betweenLooks);
    connect(&m_look, &QTimer::timeout, this, &SessionDrill::look);
}

SessionDrill::~SessionDrill()
{
    cancel();
}

void SessionDrill::setReady(bool ready)
{
    if (ready != m_ready) {
        m_ready = ready;
        if (!ready) {
            cancel();
        }
        Q_EMIT readyChanged();
    }
}

void SessionDrill::look()
{
    if (m_course->isOver) {
        m_look.stop();
    } else if (const DrillStage stage = m_course->stage; stage != m_told) {
        m_told = stage;
        Q_EMIT reached(stage);
    }
}

void SessionDrill::run(QObject* context, const DrillWish& wish, Callback<DrillReport> done)
{
    cancel();
    m_course = std::make_shared<Course>();
    m_told = DrillStage::Copying;
    m_look.start();
    Q_EMIT reached(m_told);
    DrillOrder order{.scope = wish.scope, .wallets = {}, .reason = wish.reason};
    order.wallets = [selection = wish.selection](Database& copy) { return walletsToEnd(copy, selection); };
    const auto answer = marshalToThread<DrillReport>(this, context, std::move(done));
    const auto ask = [worker = &m_worker, clock = &m_clock, order, course = m_course, answer] {
        const auto vault = worker->unlockedVault();
        if (!vault) {
            course->isOver = true;
            return answer(failure(ErrorCode::Locked, tr("Unlock the profile first.")));
        }
        const auto report = std::make_shared<Result<DrillReport>>(failure(ErrorCode::Cancelled, {}));
        const auto drill = [vault, clock, order, course, report] {
            *report = runEmergencyDrill(*vault, *clock, order, course->isOver,
                                        [&course](DrillStage stage) { course->stage = stage; });
        };
        runInBackground(drill, [report, course, answer] {
            course->isOver = true;
            answer(std::move(*report));
        });
    };
    callOnThread(&m_worker, ask);
}

}  // namespace countersign
