#pragma once

#include "ui/session/control/DrillControl.h"
#include "ui/session/worker/SessionWorker.h"

#include <QTimer>

#include <atomic>
#include <memory>

namespace countersign {

/// DrillControl over a copy of the session's profile, on a thread of a pool.
class SessionDrill : public DrillControl
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SessionDrill)

public:
    SessionDrill(SessionWorker& worker, const Clock& clock, QObject* parent);
    ~SessionDrill() override;

    void setReady(bool ready);

    bool isReady() const override { return m_ready; }
    void run(QObject* context, const DrillWish& wish, Callback<DrillReport> done) override;
    void cancel() override { m_course->isOver = true; }

private:
    /// How far a drill is. Its thread writes it down, and this one looks: it may be over before the drill is.
    struct Course
    {
        std::atomic<bool> isOver = false;  ///< is to end, or has ended
        std::atomic<DrillStage> stage = DrillStage::Copying;
    };
    void look();

    SessionWorker& m_worker;
    const Clock& m_clock;
    std::shared_ptr<Course> m_course = std::make_shared<Course>();  ///< of the drill that was begun last
    DrillStage m_told = DrillStage::Copying;
    QTimer m_look;
    bool m_ready = false;
};

}  // namespace countersign
