#pragma once

#include "ui/widgets/navigation/NavigationButton.h"

#include <QVBoxLayout>
#include <QWidget>

namespace countersign {

/// The navigation bar at the left edge: lists the pages that exist, with counts; Ctrl+1… reach them too.
class NavigationBar : public QWidget
{
    Q_OBJECT

public:
    explicit NavigationBar(QWidget* parent = nullptr);
    NavigationButton* addPage(const QString& icon, const QString& text);
    /// Between the pages before it and those after.
    void addLine();
    /// At the lower end, away from the pages.
    void setLast(QWidget* widget);
    void setCurrent(int page);

Q_SIGNALS:
    void pageChosen(int page);

private:
    int m_below = 0;  ///< items behind the stretch
    QVBoxLayout* m_layout;
    QList<NavigationButton*> m_buttons;
};

}  // namespace countersign
