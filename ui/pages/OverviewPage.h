#pragma once

#include "core/delegation/WalletCatalog.h"
#include "core/signing/store/JobCatalog.h"
#include "ui/models/DeliveryModel.h"
#include "ui/pages/frame/Page.h"
#include "ui/session/control/SettingsTrust.h"
#include "ui/widgets/table/DataTable.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>

#include <optional>

namespace countersign {

class WaitingRevocations;

/// The overview page, "May I go home?": the relay, what is wrong with a way to mend it, and what came last.
class OverviewPage : public Page
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"overview"};

    OverviewPage(ProfileReader& reader, const Clock& clock, QWidget* parent = nullptr);

    QString title() const override { return m_title->text(); }

    void start() override;
    void refresh() override;
    void repaintTimes() override;
    void setLiveness(const Liveness::Status& status) override;
    void setTrust(const SettingsTrust& trust);
    /// A section of its own above the recent deliveries; it hides itself while it has nothing to say.
    void setWaiting(WaitingRevocations* waiting);
    bool isSettled() const override;
    DeliveryModel* recent() const { return m_recent; }

Q_SIGNALS:
    void walletsWanted(const QString& filter);
    void quarantineWanted(const QString& filter);
    void settingsWanted();
    void deliveryChosen(qint64 deliveryId);
    void jobsWanted(const QString& filter);

private:
    struct Facts
    {
        std::int64_t wallets = 0;
        std::int64_t active = 0;
        QuarantineCatalog::Counts quarantine;
        JobCatalog::Counts jobs;
        std::vector<Job> next;  ///< the waiting job that runs out first, if any
        std::vector<std::pair<WalletHealth, std::int64_t>> problems;
    };
    static Result<Facts> read(Database& database);
    void take(const Result<Facts>& facts);
    void showProblems(const Facts& facts);
    void addTrustProblem();
    void addQuarantineProblem(const QuarantineCatalog::Counts& counts);
    void showJobs(const Facts& facts);
    void addProblem(const QString& icon, const QString& words, const QString& remedy, const QString& action,
                    std::function<void()> open);
    void recolour();

    ProfileReader& m_reader;
    bool m_started = false;
    bool m_loading = false;
    Liveness::Status m_liveness;
    SettingsTrust m_trust;
    std::optional<Facts> m_facts;  ///< nothing before the first answer
    QLabel* m_title = nullptr;
    QLabel* m_relayIcon = nullptr;
    QLabel* m_relayText = nullptr;
    QLabel* m_relaySentence = nullptr;
    QLabel* m_wallets = nullptr;
    QLabel* m_walletsText = nullptr;
    const Clock& m_clock;
    QLabel* m_jobs = nullptr;
    QLabel* m_jobsText = nullptr;
    QPushButton* m_toJobs = nullptr;
    QWidget* m_problems = nullptr;
    QVBoxLayout* m_problemRows = nullptr;
    DeliveryModel* m_recent = nullptr;
    DataTable* m_table = nullptr;
    QVBoxLayout* m_sections = nullptr;
    WaitingRevocations* m_waiting = nullptr;
};

}  // namespace countersign
