#pragma once

#include "ui/models/HealthModel.h"
#include "ui/pages/detail/HealthDetail.h"
#include "ui/pages/frame/PagedListPage.h"
#include "ui/session/control/SettingsTrust.h"
#include "ui/widgets/BarChart.h"

namespace countersign {

class ExportButton;
class InspectionControl;
class InspectionPanel;
class KeyUseDialog;
class ReconcileDialog;

/// The health page, "Is anything wrong?": the wallets by state and the findings by gravity as charts, and
/// every finding with what mends it. It shows what is known; Dynamic is asked at the operator's request
/// alone.
class HealthPage : public PagedListPage
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"health"};

    HealthPage(ProfileReader& reader, const Clock& clock, WindowState& state, QWidget* parent = nullptr);

    HealthModel* model() const { return m_model; }
    HealthDetail* detail() const { return m_detail; }
    BarChart* states() const { return m_states; }
    BarChart* gravity() const { return m_gravity; }
    ExportButton* exportButton() const { return m_export; }
    KeyUseDialog* openKeys();
    void setTrust(const SettingsTrust& trust);
    /// Once.
    void setInspection(InspectionControl& control);
    InspectionPanel* inspection() const { return m_inspection; }
    /// After setInspection().
    ReconcileDialog* openReconcile();

    void start() override;
    void refresh() override;
    bool isSettled() const override { return !m_loading && PagedListPage::isSettled(); }

Q_SIGNALS:
    void walletWanted(qint64 row);
    void walletsWanted(const QString& filter);
    void quarantineWanted(const QString& filter);
    void settingsWanted();
    void revokeWanted(const QString& walletId);

protected:
    void applyFilter(const QString& text) override;
    void showEmpty() override;
    void onEmptyAction() override;

private:
    struct Known
    {
        HealthSummary summary;
        HealthCounts counts;
    };
    void buildHead();
    void buildControls();
    void updateQuestion();
    void readSummary();
    void take(const Result<Known>& known);
    void mend(const HealthFinding& finding);

    ProfileReader& m_reader;
    const Clock& m_clock;
    HealthModel* m_model = nullptr;
    HealthDetail* m_detail = nullptr;
    BarChart* m_states = nullptr;
    BarChart* m_gravity = nullptr;
    QLabel* m_verified = nullptr;
    QLabel* m_checked = nullptr;
    QBoxLayout* m_ages = nullptr;  ///< how old what is shown is, and what makes it younger
    InspectionControl* m_control = nullptr;
    InspectionPanel* m_inspection = nullptr;
    ExportButton* m_export = nullptr;
    SettingsTrust m_trust;
    std::optional<std::chrono::days> m_maxAge;
    bool m_started = false;
    bool m_loading = false;
    bool m_readAgain = false;
};

}  // namespace countersign
