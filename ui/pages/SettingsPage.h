#pragma once

#include "ui/pages/frame/Page.h"
#include "ui/session/reading/ProfileReader.h"
#include "ui/settings/DynamicGroup.h"
#include "ui/settings/EngineGroup.h"
#include "ui/settings/RelayGroup.h"
#include "ui/settings/RpcGroup.h"
#include "ui/settings/SubmittersGroup.h"
#include "ui/settings/TamperedSettingsPanel.h"
#include "ui/widgets/EmptyState.h"

#include <QLineEdit>

namespace countersign {

/// The settings page: every setting of the profile in groups, found by one search. Each is written as soon as
/// it is saved; there is no Apply for the whole page.
class SettingsPage : public Page
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"settings"};

    SettingsPage(ProfileReader& reader, SettingsControl& control, QWidget* parent = nullptr);

    QString title() const override { return m_title->text(); }
    void start() override;
    void refresh() override;
    bool isSettled() const override { return !m_loading; }
    QLineEdit* searchField() const { return m_search; }
    EngineGroup* engine() const { return m_engine; }
    DynamicGroup* dynamic() const { return m_dynamic; }
    RpcGroup* rpc() const { return m_rpc; }
    SubmittersGroup* submitters() const { return m_submitters; }
    TamperedSettingsPanel* doubts() const { return m_doubts; }
    bool focusSearch() override;
    void setFilterText(const QString& text) override { m_search->setText(text); }

private:
    void search();
    void updateLocked();

    ProfileReader& m_reader;
    SettingsControl& m_control;
    QLabel* m_title = nullptr;
    QLineEdit* m_search = nullptr;
    QLabel* m_locked = nullptr;
    QLabel* m_problem = nullptr;
    QLabel* m_none = nullptr;
    TamperedSettingsPanel* m_doubts = nullptr;
    EngineGroup* m_engine = nullptr;
    DynamicGroup* m_dynamic = nullptr;
    RpcGroup* m_rpc = nullptr;
    RelayGroup* m_relay = nullptr;
    SubmittersGroup* m_submitters = nullptr;
    QList<SettingsGroup*> m_groups;
    bool m_started = false;
    bool m_loading = false;
};

}  // namespace countersign
