#include "core/revocation/emergency/EmergencyDrill.h"

#include "core/revocation/DeskWalletJobs.h"
#include "core/revocation/emergency/DrillServices.h"
#include "core/signing/desk/JobDesk.h"
#include "core/vault/profile/ProfileCopy.h"

#include <QCoreApplication>
#include <QEventLoop>

namespace countersign {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds betweenLooks{100};

struct EmergencyDrillText
{
    Q_DECLARE_TR_FUNCTIONS(EmergencyDrillText)
};

tl::unexpected<Error> drillCancelled()
{
    return failure(ErrorCode::Cancelled,
                   EmergencyDrillText::tr("The drill was cancelled. Nothing of it is left."));
}

DrillStage stageOf(EmergencyReport::Part part)
{
    switch (part) {
        case EmergencyReport::Part::Freeze:
            return DrillStage::Freezing;
        case EmergencyReport::Part::Revoke:
            return DrillStage::Revoking;
        case EmergencyReport::Part::Proof:
            break;
    }
    return DrillStage::Proving;
}

/// What works over the copy while it is there.
struct DrillDesk
{
    DrillDesk(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)
        : desk(drillSigningServices(vault, database, clock)),
          jobs(desk, database, *vault),
          runner(drillRevocationServices(vault, database, clock), jobs),
          stop(drillRevocationServices(vault, database, clock), runner)
    {}

    JobDesk desk;
    DeskWalletJobs jobs;
    RevocationRunner runner;
    EmergencyStop stop;
};

/// Runs the event loop of this thread until it has ended.
Result<EmergencyReport> stopped(EmergencyStop& stop, const EmergencyRequest& request,
                                const std::atomic<bool>& isOver)
{
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &stop, [&stop, &isOver] {
        if (isOver) {
            stop.stop();
        }
    });
    look.start(betweenLooks);
    Result<EmergencyReport> report = failure(ErrorCode::Internal, QString());
    stop.run(request, [&report, &loop](Result<EmergencyReport> answer) {
        report = std::move(answer);
        loop.quit();
    });
    loop.exec();
    return report;
}

Result<EmergencyReport> stopOverCopy(const ProfileCopy& copy, const Vault& vault, const Clock& clock,
                                     const DrillOrder& order, const std::atomic<bool>& isOver,
                                     const std::function<void(DrillStage)>& reached)
{
    ASSIGN_OR_RETURN(const auto database, Database::open(copy.paths().database(), Database::Mode::ReadWrite));
    EmergencyRequest request{.scope = order.scope, .wallets = {}, .reason = order.reason};
    if (order.scope == EmergencyRequest::Scope::Chosen) {
        ASSIGN_OR_RETURN(request.wallets, order.wallets(*database));
    }
    auto report = [&]() -> Result<EmergencyReport> {
        DrillDesk desk(vault.ofCopy(copy.paths()), *database, clock);
        QObject::connect(&desk.stop, &EmergencyStop::reached, &desk.stop,
                         [&reached](EmergencyReport::Part part) { reached(stageOf(part)); });
        return stopped(desk.stop, request, isOver);
    }();
    // What the desk left to the event loop holds statements of the database.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    return report;
}

}  // namespace

Result<DrillReport> runEmergencyDrill(const Vault& vault, const Clock& clock, const DrillOrder& order,
                                      const std::atomic<bool>& isOver,
                                      const std::function<void(DrillStage)>& reached)
{
    QElapsedTimer timer;
    timer.start();
    DrillReport drill;
    reached(DrillStage::Copying);
    ASSIGN_OR_RETURN(const auto copy, ProfileCopy::make(vault.paths()));
    drill.copying = milliseconds(timer.elapsed());
    auto report = isOver ? Result<EmergencyReport>(drillCancelled())
                         : stopOverCopy(*copy, vault, clock, order, isOver, reached);
    if (const Status removed = copy->remove(); !removed) {
        drill.left = removed.error();
    }
    if (isOver) {
        return drillCancelled();
    }
    ASSIGN_OR_RETURN(drill.stop, std::move(report));
    drill.whole = milliseconds(timer.elapsed());
    return drill;
}

}  // namespace countersign
