"""Words of our own that texts for training are made of: what support is asked, and places, firms and jobs by name."""


def _list(words: str) -> tuple[str, ...]:
    return tuple(word for line in words.split("\n") for word in line.split("|") if word)


SENTENCES = _list("""
the export stops at row 66|nothing loads after the update|I was charged twice|the invoice is wrong|please call me back
I still have no answer|the app closes as soon as a photo is attached|we need a refund|it worked last week|can you help
the discount is missing|I cannot log in|the page stays blank|my card was declined|the order never arrived
please cancel my subscription|the report shows last year's numbers|we lost two hours of work|it is the third time
where do I find the settings|the password reset mail does not come|the webhook fires twice|the sync takes all night
everything is slow since this morning|I need a copy of the contract|please escalate this|could you look into it
the price went up without notice|is there a discount for schools|we want to add ten seats|the trial ended too early
the box was open and one part was missing|the driver left it in the rain|I want to speak to a manager
I would like to change the plan|how long does it take|what are your opening hours|when will it be fixed
the code you sent has expired|it says my session is invalid|the charts do not match the table|dates are in the wrong order
the import skips half of the rows|I get the same message again|our auditor asks for the log|the link is broken
please send the signed form|the tax number on the invoice is missing|we pay by bank transfer|the amount is too high
can I get it in writing|thanks for the quick help|that solved it|it will be done tomorrow|the meeting was moved
the room was dirty|my luggage was lost|the flight was late|I missed my connection|the seat was broken|breakfast was cold
the dress is too small|the colour is not what I ordered|the phone does not charge|the screen is cracked
I want to return it|where is my parcel|the tracking page says delivered|nobody rang the bell|the food was cold
my claim was denied|the doctor never sent the report|the prescription is not ready|my insurance does not cover it
we have to renew by the end of the month|legal has not signed yet|security blocks the download|the certificate expired
the integration broke after the release|the field is read only|the filter ignores upper case|search finds nothing
the mail lands in spam|the calendar shows the wrong time zone|the microphone does not work|the battery is empty
I do not recognise this charge|somebody used my card|the account was closed without warning|they keep calling me
the interest was calculated wrongly|my credit report has an error|the loan was paid off years ago|the fee is illegal
as far as I know|and nobody could tell why|which makes no sense to me|so we had to do it by hand|that is not acceptable
it has been great so far|I will recommend you|we are very happy with it|the team likes it|keep up the good work
there is a mark on the second page|it was fine in the preview|the number on the label is smudged|the door was locked
he will call you back|she has the file|they were very kind|he never answered|she asked for a refund|we will wait
""")

THINGS = _list("""
login problem|refund for the last invoice|question about the contract|Export failed|Import error|Payment declined
Connection refused|Permission denied|Invoice overdue|renewal quote|Feature request|Password reset|Weekly Report
Data Processing Agreement|purchase order|Order confirmation|delivery delay|Timeout after 30 seconds|Access Denied
File not found|duplicate charge|damaged parcel|Quarterly Business Review|Outage in production|slow dashboard
out of memory|unexpected token|two-factor authentication|meeting notes|signed form|annual statement|Action required
Missing Documents|Request For Information|URGENT|URGENT HELP NEEDED|Please Read|Thank You Note|Shipping Label
""")

VERBS = _list("""
log in|open the file|export the report|see the invoice|save the changes|upload a photo|sync|print the label|load
send mail|reset the password|join the call|find the button|connect to the server|work offline|start|respond
""")

PRODUCTS = _list("""
Pro|Premium|Business|Enterprise|Starter|Basic|Team|Gold|Silver|Platinum|Cloud Sync|Data Studio|Insight Hub|Pipeline
Analytics Plus|Report Builder|Mobile App|Vault|Connect|Flow Designer|Smart Inbox|Atlas|Nova|Falcon|Orion|Aurora|Lite
Unlimited|Family Plan|Travel Card|Rewards Card|Galaxy S22|iPhone 14|ThinkPad X1|Model 3|Corolla|Civic|Kindle|PlayStation
""")

FEATURES = _list("""
Settings|Billing|Users|Account Settings|Admin Console|Single Sign-On|Audit Log|My Orders|Profile|Dashboard|Reports
Integrations|Webhooks|Data Export|Payment Methods|Notifications|Security|Home|Inbox|Calendar|Workspace|Advanced Search
Bulk Edit|Dark Mode|Help|Contacts|Custom Fields|Time Tracking|Import Wizard|File Manager|Team Members|API Keys
""")

JOBS = _list("""
sales manager|account manager|IT manager|CFO|CEO|CTO|nurse|teacher|engineer|IT lead|finance director|office manager
purchasing agent|accountant|developer|team lead|consultant|operations lead|designer|lawyer|doctor|driver|student
Head of Support|Customer Success Manager|Project Manager|Managing Director|Sales Representative|Data Analyst|HR partner
service desk agent|launch manager|GIS analyst|procurement lead|security officer|warehouse supervisor|technician|plumber
Vice President|VP Sales|Director of Operations|Marketing Lead|secretary|receptionist|professor|administrator|intern
""")

CITIES = _list("""
New York|Los Angeles|Chicago|Houston|Phoenix|Philadelphia|San Antonio|San Diego|Dallas|Austin|San Jose|Jacksonville
Columbus|Charlotte|Indianapolis|San Francisco|Seattle|Denver|Washington|Boston|Nashville|Detroit|Portland|Las Vegas
Memphis|Louisville|Baltimore|Milwaukee|Albuquerque|Tucson|Fresno|Sacramento|Atlanta|Kansas City|Omaha|Miami|Oakland
Minneapolis|Tampa|New Orleans|Cleveland|Honolulu|Pittsburgh|Cincinnati|Orlando|Buffalo|Salt Lake City|Richmond|Boise
Toronto|Montreal|Vancouver|Calgary|Ottawa|Quebec|Halifax|Winnipeg|Mexico City|Guadalajara|Monterrey|Havana|Bogota|Lima
Quito|Caracas|Santiago|Buenos Aires|Montevideo|São Paulo|Rio de Janeiro|Brasilia|Salvador|London|Manchester|Birmingham
Leeds|Glasgow|Edinburgh|Liverpool|Bristol|Cardiff|Belfast|Dublin|Cork|Galway|Oxford|Cambridge|Brighton|Newcastle|Paris
Lyon|Marseille|Toulouse|Nice|Bordeaux|Lille|Strasbourg|Nantes|Berlin|Hamburg|Munich|München|Cologne|Köln|Frankfurt
Stuttgart|Dortmund|Essen|Leipzig|Dresden|Hanover|Nuremberg|Vienna|Graz|Salzburg|Zurich|Zürich|Geneva|Basel|Bern|Rome
Milan|Naples|Turin|Florence|Venice|Bologna|Palermo|Madrid|Barcelona|Valencia|Seville|Bilbao|Malaga|Lisbon|Porto
Amsterdam|Rotterdam|The Hague|Utrecht|Eindhoven|Brussels|Antwerp|Ghent|Luxembourg|Copenhagen|Aarhus|Oslo|Bergen
Stockholm|Gothenburg|Malmö|Helsinki|Tampere|Reykjavik|Tallinn|Riga|Vilnius|Warsaw|Krakow|Gdansk|Prague|Brno|Bratislava
Budapest|Bucharest|Sofia|Belgrade|Zagreb|Ljubljana|Sarajevo|Athens|Thessaloniki|Istanbul|Ankara|Izmir|Moscow|Kyiv|Odessa
Minsk|Tbilisi|Yerevan|Baku|Tehran|Baghdad|Beirut|Damascus|Amman|Jerusalem|Tel Aviv|Haifa|Cairo|Alexandria|Tunis|Algiers
Casablanca|Marrakesh|Lagos|Abuja|Accra|Dakar|Nairobi|Mombasa|Kampala|Addis Ababa|Johannesburg|Cape Town|Durban|Luanda
Dubai|Abu Dhabi|Doha|Riyadh|Jeddah|Kuwait City|Muscat|Mumbai|Delhi|New Delhi|Bangalore|Bengaluru|Hyderabad|Chennai
Kolkata|Pune|Ahmedabad|Jaipur|Surat|Lucknow|Kochi|Goa|Karachi|Lahore|Islamabad|Dhaka|Colombo|Kathmandu|Bangkok|Phuket
Hanoi|Ho Chi Minh City|Saigon|Singapore|Kuala Lumpur|Jakarta|Bali|Manila|Cebu|Beijing|Shanghai|Shenzhen|Guangzhou
Chengdu|Hong Kong|Taipei|Seoul|Busan|Tokyo|Osaka|Kyoto|Yokohama|Nagoya|Sapporo|Sydney|Melbourne|Brisbane|Perth|Adelaide
Canberra|Auckland|Wellington|Christchurch|Springfield|Arlington|Aurora|Lexington|Madison|Georgetown|Salem|Jackson
""")

REGIONS = _list("""
California|Texas|Florida|New York|Ohio|Georgia|Michigan|Virginia|Washington|Arizona|Tennessee|Colorado|Oregon|Nevada
Bavaria|Saxony|Catalonia|Andalusia|Tuscany|Sicily|Lombardy|Provence|Normandy|Brittany|Scotland|Wales|England|Yorkshire
Kent|Cornwall|Ontario|Alberta|British Columbia|Nova Scotia|Queensland|Tasmania|Punjab|Kerala|Gujarat|Maharashtra|Europe
Asia|Africa|North America|South America|Latin America|the Middle East|the Balkans|Scandinavia|Siberia|the Caribbean|EMEA
the Alps|the Rhine|the Danube|the Nile|the Amazon|Lake Michigan|Mount Everest|the Pacific|the Atlantic|Times Square
Central Park|Wall Street|Heathrow|JFK|Gatwick|the Bay Area|Silicon Valley|Brooklyn|Manhattan|Queens|the Bronx|Hollywood
UK|U.K.|USA|U.S.|US|UAE|the United States|America|Great Britain|Holland|Russia|South Korea|North Korea|Taiwan|Iran
Vietnam|Bolivia|Venezuela|Tanzania|Czechia|Ivory Coast|Hong Kong|Scotland|the Netherlands|the Philippines|Palestine
""")

ORGANIZATIONS = _list("""
Microsoft|Google|Amazon|Apple|Facebook|Meta|IBM|Oracle|SAP|Siemens|Bosch|BMW|Volkswagen|Toyota|Honda|Ford|Tesla|Nestlé
Unilever|Pfizer|Novartis|Bayer|Roche|Shell|BP|Total|ExxonMobil|HSBC|Barclays|Citibank|Wells Fargo|Bank of America
JPMorgan Chase|Deutsche Bank|Santander|ING|PayPal|Visa|Mastercard|American Express|Equifax|Experian|TransUnion|FedEx
UPS|DHL|USPS|Royal Mail|Delta|United Airlines|Lufthansa|Ryanair|Air France|Emirates|Walmart|Target|Costco|IKEA|Tesco
Lidl|Aldi|Carrefour|Starbucks|McDonald's|Netflix|Spotify|Disney|Sony|Samsung|LG|Intel|Nvidia|Cisco|Dell|HP|Lenovo
Verizon|AT&T|T-Mobile|Vodafone|Comcast|Orange|BBC|CNN|Reuters|The New York Times|NASA|FBI|CIA|UN|United Nations|NATO|EU
European Union|WHO|World Health Organization|UNICEF|Red Cross|Harvard University|MIT|Stanford|Oxford University|FIFA
Manchester United|Real Madrid|Arsenal|Chelsea|Lakers|Yankees|Congress|Parliament|Senate|Supreme Court|Federal Reserve
Salesforce|HubSpot|Zendesk|Stripe|Shopify|Airbnb|Uber|Lyft|Twitter|LinkedIn|eBay|Alibaba|Tencent|Huawei|Xiaomi
""")

NAME_WORDS = _list("""
Harbor|North|Star|Bright|Path|Silver|River|Summit|Blue|Stone|Oak|Field|Clear|Water|Iron|Bridge|Sun|Light|High|Peak
Green|Leaf|Red|Wood|Cedar|Maple|Pioneer|Vertex|Apex|Quantum|Nimbus|Vector|Delta|Sigma|Nova|Lumen|Solar|Terra|Aero
Swift|Prime|First|Union|National|Global|United|Pacific|Atlantic|Western|Eastern|Central|Royal|Crown|Liberty|Heritage
Cobalt|Amber|Granite|Falcon|Eagle|Lion|Fox|Bear|Anchor|Compass|Beacon|Signal|Pulse|Spark|Orbit|Pixel|Logic|Data|Cloud
""")

TRADES = _list("""
Logistics|Foods|Labs|Group|Systems|Energy|Partners|Insurance|Motors|Media|Health|Bank|Capital|Software|Technologies
Analytics|Pharma|Freight|Airlines|Hotels|Utilities|Retail|Robotics|Consulting|Council|Schools|Clinic|Networks|Cloud
""")

CALLED = _list("""
Will|Mark|Grace|Hope|Faith|Joy|Art|Bill|Rob|Sue|Pat|Rich|Drew|Dean|Grant|Chase|Max|Ray|May|June|April|August|Rose|Lily
Ivy|Jack|Frank|Ernest|Victor|Miles|Chip|Dale|Glen|Cliff|Heath|Wade|Penny|Dawn|Eve|Autumn|Summer|Sandy|Misty|Crystal
Amber|Ruby|Pearl|Olive|Ginger|Daisy|Violet|Iris|Holly|Heather|Young|Brown|Green|White|Black|King|Cook|Baker|Smith|Long
Page|Price|Day|Bush|Wood|Stone|Rice|Love|Banks|Bell|Reed|Hill|Ford|Fox|Cruz|Paris|Sterling|Chance|Guy|Jean|Christian
""")
