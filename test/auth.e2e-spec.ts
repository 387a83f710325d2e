import { as, signUp } from './support/factories.js';
import { TestApp } from './support/test-app.js';

describe('signing up and in', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.stop());

  it('creates an account whose tokens open what is closed to others', async () => {
    const ada = await signUp(app, { email: 'Ada@example.com', fullName: ' Ada Lovelace ' });
    const { body } = await as(app, ada).get('/api/users/me').expect(200);
    expect(body).toEqual(ada.user);
    await app.http.get('/api/users/me').expect(401);
  });
});
